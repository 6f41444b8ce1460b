import type { DuckDBConnection } from '@duckdb/node-api';
import type { MetricObject } from '../../metrics/core/sample.js';
import {
  type InstantQuery,
  type InstantValue,
  MetricReader,
  type ObjectSelector,
  type RangeQuery,
  type Series,
} from '../../metrics/metric-store.port.js';
import type { MetricDatabase } from './metric-database.js';
import type { Kinds } from './metric-kinds.js';
import type { Layout } from './metric-layout.js';
import {
  findObjects,
  IDENTITY_ORDER,
  OBJECT_COLUMNS,
  type ObjectCondition,
  objectCondition,
  OBJECTS,
  toObject,
} from './object-query.js';
import { partsOf, partSource, type SampleRange, sampleSource, validRows } from './sample-source.js';

/** So many ids are looked for by their list, which lets DuckDB skip what cannot hold them; more are joined. */
const LISTED_IDS = 1000;

const AGGREGATES = {
  avg: 'avg(v)',
  min: 'min(v)',
  max: 'max(v)',
  sum: 'sum(v)',
  last: 'arg_max(v, cycle_at)',
} as const;

const ORDERS = {
  object: IDENTITY_ORDER,
  valueDescending: `s.v DESC, ${IDENTITY_ORDER}`,
  valueAscending: `s.v, ${IDENTITY_ORDER}`,
} as const;

/** Reads open days from their tables and closed ones from their segments, as one. */
export class DuckdbMetricReader extends MetricReader {
  constructor(
    private readonly database: MetricDatabase,
    private readonly kinds: Kinds,
  ) {
    super();
  }

  override async range(query: RangeQuery, signal?: AbortSignal): Promise<Series[]> {
    const kind = this.kinds.findMetric(query.select.type, query.metric);
    if (!kind) return [];
    return this.database.read(async (connection, layout) => {
      const condition = await objectCondition(connection, query.select, kind.family !== undefined);
      const { metric, fromMs, toMs, maxSeries } = query;
      const range = { kind: kind.name, metric, fromMs, toMs };
      let objects = await findObjects(connection, condition, maxSeries + 1);
      if (objects.length > maxSeries) {
        const source = this.source(layout, { ...range, objects: 'true' });
        if (!source) return [];
        const having = `o.id IN (SELECT object_id FROM (${source}))`;
        objects = await findObjects(connection, condition, maxSeries, having);
      }
      const source = this.source(layout, { ...range, objects: idCondition(objects.map(({ id }) => id)) });
      return source ? readSeries(connection, source, query, objects) : [];
    }, signal);
  }

  override async instant(query: InstantQuery, signal?: AbortSignal): Promise<InstantValue[]> {
    const kind = this.kinds.findMetric(query.select.type, query.metric);
    if (!kind) return [];
    return this.database.read(async (connection, layout) => {
      const condition = await objectCondition(connection, query.select, kind.family !== undefined);
      const source = this.source(layout, {
        kind: kind.name,
        metric: query.metric,
        fromMs: query.atMs - query.lookbackMs,
        toMs: query.atMs + 1,
        objects: await narrow(connection, condition),
      });
      if (!source) return [];
      const result = await connection.runAndReadAll(
        `SELECT s.newest_at::DOUBLE, s.v, ${OBJECT_COLUMNS}
         FROM (SELECT object_id, max(cycle_at) AS newest_at, arg_max(v, cycle_at) AS v FROM (${source}) GROUP BY object_id) s
         JOIN objects o ON o.id = s.object_id JOIN label_sets l ON l.id = o.labels_id
         WHERE ${condition.sql} ORDER BY ${ORDERS[query.order]} LIMIT ${String(query.limit)}`,
        condition.values,
      );
      return result.getRowsJS().map(([cycleAtMs, value, ...columns]) => ({
        object: toObject(columns),
        cycleAtMs: Number(cycleAtMs),
        value: Number(value),
      }));
    }, signal);
  }

  override async knows(select: ObjectSelector, signal?: AbortSignal): Promise<boolean> {
    return this.database.read(async (connection, layout) => {
      const condition = await objectCondition(connection, select, undefined);
      const found = await connection.runAndReadAll(
        `SELECT 1 FROM ${OBJECTS} WHERE ${condition.sql} LIMIT 1`,
        condition.values,
      );
      if (found.currentRowCount === 0) return false;
      const kinds = this.kinds.all.filter(({ type }) => type === select.type).map(({ name }) => name);
      for (const part of partsOf(layout, kinds)) {
        const kept = await connection.runAndReadAll(
          `SELECT 1 FROM ${partSource(part, this.database.segmentFolder)} p
           WHERE p.object_id IN (SELECT o.id FROM objects o WHERE ${condition.sql}) AND ${validRows(layout, part)} LIMIT 1`,
          condition.values,
        );
        if (kept.currentRowCount > 0) return true;
      }
      return false;
    }, signal);
  }

  private source(layout: Layout, range: SampleRange): string | undefined {
    return sampleSource(layout, this.database.segmentFolder, range);
  }
}

/** The condition that looks only at the wanted objects' rows, when they are few. */
async function narrow(connection: DuckDBConnection, condition: ObjectCondition): Promise<string> {
  if (condition.isWholeType) return 'true';
  const result = await connection.runAndReadAll(
    `SELECT o.id FROM objects o WHERE ${condition.sql} LIMIT ${String(LISTED_IDS + 1)}`,
    condition.values,
  );
  const ids = result.getRowsJS().map(([id]) => Number(id));
  return ids.length > LISTED_IDS ? 'true' : idCondition(ids);
}

function idCondition(ids: readonly number[]): string {
  return ids.length > 0 ? `p.object_id IN (${ids.join(', ')})` : 'false';
}

async function readSeries(
  connection: DuckDBConnection,
  source: string,
  { stepMs, aggregation }: RangeQuery,
  objects: readonly { id: number; object: MetricObject }[],
): Promise<Series[]> {
  const step = String(stepMs);
  const result = await connection.runAndReadAll(
    `SELECT object_id, (cycle_at - ((cycle_at % ${step}) + ${step}) % ${step})::DOUBLE AS step_at, ${AGGREGATES[aggregation]}
     FROM (${source}) GROUP BY object_id, step_at ORDER BY object_id, step_at`,
  );
  const points = new Map<number, [number, number][]>();
  const [ids = [], ats = [], values = []] = result.getColumns() as number[][];
  for (const [row, id] of ids.entries()) {
    let mine = points.get(id);
    if (!mine) points.set(id, (mine = []));
    mine.push([ats[row] ?? Number.NaN, values[row] ?? Number.NaN]);
  }
  return objects.flatMap(({ id, object }) => {
    const mine = points.get(id);
    return mine ? [{ object, points: mine }] : [];
  });
}
