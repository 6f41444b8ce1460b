import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { ObjectType } from '../../metrics/core/sample.js';
import type { NewestQuery, ObjectSample } from '../../metrics/metric-store.port.js';
import type { KnownLabels } from './known-labels.js';
import type { MetricDatabase } from './metric-database.js';
import type { Kind } from './metric-kinds.js';
import { DAY_MS, type Layout, type Part } from './metric-layout.js';
import { findIds, findObjects, objectCondition, objectsOf } from './object-query.js';
import { readRows } from './read-rows.js';
import type { FoundObject } from './read-series.js';
import { partSource, validRows, withinTime } from './sample-source.js';

/** Objects that are read at once. */
const BATCH_OBJECTS = 2000;

/**
 * The newest samples of one object type, in batches by identity. Which objects there are is found first; every batch is read by itself, so no connection is
 * held while the caller works, and an object whose samples went away meanwhile is left out.
 * @param kinds all of the type
 */
export async function* readNewest(
  { database, labels }: { readonly database: MetricDatabase; readonly labels: KnownLabels },
  kinds: readonly Kind[],
  type: ObjectType,
  { atMs, lookbackMs, ...select }: Omit<NewestQuery, 'types'>,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly ObjectSample[]> {
  const range = { fromMs: atMs - lookbackMs, toMs: atMs + 1 };
  const sources = (layout: Layout): string[] =>
    kinds.flatMap((kind) => knownRows(layout, database.segmentFolder, kind, range) ?? []);
  const ids = await database.read(async (connection, layout) => {
    const there = sources(layout).map((source) => `SELECT object_id FROM (${source})`);
    if (there.length === 0) return [];
    const condition = await objectCondition(connection, { type, ...select }, undefined);
    return findIds(connection, condition, `o.id IN (${there.join(' UNION ALL ')})`);
  }, signal);
  for (let start = 0; start < ids.length; start += BATCH_OBJECTS) {
    const chosen = objectsOf(ids.slice(start, start + BATCH_OBJECTS));
    const batch = await database.read(async (connection, layout) => {
      const objects = await findObjects(connection, labels, chosen);
      const samples = new Map<number, ObjectSample>();
      for (const source of sources(layout)) await takeNewest(connection, source, chosen.values, objects, samples);
      return objects.flatMap(({ id }) => samples.get(id) ?? []);
    }, signal);
    if (batch.length > 0) yield batch;
  }
}

interface NewestRange {
  /** Inclusive, ms since the epoch. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

/** The raw rows of a kind in which anything is known: `object_id`, `cycle_at` and every metric of the kind in its order. Undefined when there is no part. */
function knownRows(layout: Layout, folder: string, kind: Kind, range: NewestRange): string | undefined {
  const selects = layout.parts
    .filter((part) => part.tier === 'raw' && part.kind === kind.name)
    .filter((part) => part.dayMs < range.toMs && part.dayMs + DAY_MS > range.fromMs)
    .flatMap((part) => selectKnown(layout, folder, kind, part, range));
  return selects.length > 0 ? selects.join('\nUNION ALL\n') : undefined;
}

function selectKnown(layout: Layout, folder: string, kind: Kind, part: Part, { fromMs, toMs }: NewestRange): string[] {
  const there = new Set(part.metrics);
  const columns = kind.metrics.map(
    (metric) => `${there.has(metric) ? `p."${metric}"` : 'NULL'}::DOUBLE AS "${metric}"`,
  );
  const known = kind.metrics.filter((metric) => there.has(metric)).map((metric) => `p."${metric}" IS NOT NULL`);
  if (known.length === 0) return [];
  return [
    `SELECT p.object_id, p.cycle_at, ${columns.join(', ')} FROM ${partSource(part, folder)} p
     WHERE ${withinTime(part, fromMs, toMs)} AND (${known.join(' OR ')}) AND ${validRows(layout, part)}`,
  ];
}

/** @param chosen the list of the objects' ids, as the one value */
async function takeNewest(
  connection: DuckDBConnection,
  source: string,
  chosen: DuckDBValue[] | undefined,
  objects: readonly FoundObject[],
  samples: Map<number, ObjectSample>,
): Promise<void> {
  const byId = new Map(objects.map(({ id, object }) => [id, object]));
  const rows = await readRows(
    connection,
    `WITH known AS (SELECT * FROM (${source}) WHERE object_id IN (SELECT unnest($1)::UINTEGER)),
       newest AS (SELECT object_id, max(cycle_at) AS cycle_at FROM known GROUP BY object_id)
     SELECT object_id, cycle_at::DOUBLE, known.* EXCLUDE (object_id, cycle_at) FROM known JOIN newest USING (object_id, cycle_at)`,
    chosen,
  );
  for (const [id, cycleAtMs, ...values] of rows as [number, number, ...(number | null)[]][]) {
    const object = byId.get(id);
    if (object) samples.set(id, { object, cycleAtMs, values: values.map((value) => value ?? Number.NaN) });
  }
}
