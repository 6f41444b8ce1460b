import type { DuckDBConnection } from '@duckdb/node-api';
import {
  type GroupQuery,
  type GroupSeries,
  type InstantQuery,
  type InstantValue,
  type LostSpan,
  MetricReader,
  type NewestQuery,
  type ObjectSample,
  type ObjectSelector,
  type RangeQuery,
  type Series,
  type TierState,
} from '../../metrics/metric-store.port.js';
import { GatheredGroups } from './gathered-groups.js';
import { groupObjects } from './group-objects.js';
import type { MetricDatabase } from './metric-database.js';
import type { Kind, Kinds } from './metric-kinds.js';
import type { Layout } from './metric-layout.js';
import { KnownLabels } from './known-labels.js';
import { lostSpans } from './lost-spans.js';
import { findIds, findObjects, idCondition, LISTED_IDS, objectCondition, objectsOf } from './object-query.js';
import { pointsQuery, rowsOf } from './points-query.js';
import { isFoldedHere, readFolded } from './read-folded.js';
import { readGroups } from './read-groups.js';
import { readInstant } from './read-instant.js';
import { readKnows } from './read-knows.js';
import { readNewest } from './read-newest.js';
import { readSeries } from './read-series.js';
import { readStretches } from './read-stretches.js';
import { readTiers } from './read-tiers.js';
import { type StepWindow, stepWindows } from './step-windows.js';

/** Points that a page of series has at most, unless one series alone has more; about 16 bytes each. */
const PAGE_POINTS = 200_000;
const PAGE_SERIES = 500;
/** Points that are put together to groups at once; some 300 bytes each while that is done. */
const GROUP_POINTS = 200_000;

type PointsQuery = Omit<RangeQuery, 'maxSeries'>;

/** Reads open days from their tables and closed ones from their segments, as one. Each call, and each page of one, sees the store as it is then. */
export class DuckdbMetricReader extends MetricReader {
  private readonly labels = new KnownLabels();

  constructor(
    private readonly database: MetricDatabase,
    private readonly kinds: Kinds,
    private readonly groupPoints = GROUP_POINTS,
  ) {
    super();
  }

  override async range(query: RangeQuery, signal?: AbortSignal): Promise<Series[]> {
    const kind = this.findKind(query);
    if (!kind) return [];
    return this.database.query(async (connection, layout) => {
      const condition = await objectCondition(connection, query.select, kind.family !== undefined);
      let objects = await findObjects(connection, this.labels, condition, query.maxSeries + 1);
      if (objects.length > query.maxSeries) {
        const rows = this.rows(layout, kind, query, 'true');
        if (rows === undefined) return [];
        const having = `o.id IN (SELECT object_id FROM (${rows}))`;
        objects = await findObjects(connection, this.labels, condition, query.maxSeries, having);
      }
      const rows = this.rows(layout, kind, query, idCondition(objects.map(({ id }) => id)));
      if (rows === undefined) return [];
      const [only, another] = objects;
      return only && !another && isFoldedHere(query)
        ? readFolded(connection, rows, query, only.object)
        : readSeries(connection, pointsQuery(rows, query), objects);
    }, signal);
  }

  override async groups(query: GroupQuery, signal?: AbortSignal): Promise<GroupSeries[]> {
    const kind = this.findKind(query);
    if (!kind) return [];
    return this.database.query(async (connection, layout) => {
      const condition = await objectCondition(connection, query.select, kind.family !== undefined);
      const grouping = groupObjects(await findObjects(connection, this.labels, condition), query.groupOf);
      if (grouping.keys.length === 0) return [];
      const gathered = new GatheredGroups(grouping.keys, query.maxGroups);
      for (const window of this.windows(layout, kind, query, grouping.objectIds.length)) {
        const rows = this.rows(layout, kind, { ...query, ...window }, memberCondition(grouping.objectIds));
        if (rows === undefined) continue;
        await readGroups(connection, pointsQuery(rows, query), grouping, query.across, gathered);
      }
      return gathered.series();
    }, signal);
  }

  override async *pages(query: PointsQuery, signal?: AbortSignal): AsyncGenerator<readonly Series[]> {
    const kind = this.findKind(query);
    if (!kind) return;
    const ids = await this.database.query(async (connection, layout) => {
      const rows = this.rows(layout, kind, query, 'true');
      if (rows === undefined) return [];
      const condition = await objectCondition(connection, query.select, kind.family !== undefined);
      return findIds(connection, condition, `o.id IN (SELECT object_id FROM (${rows}))`);
    }, signal);
    const points = Math.max(1, Math.ceil((query.toMs - query.fromMs) / query.stepMs));
    const size = Math.min(PAGE_SERIES, Math.max(1, Math.floor(PAGE_POINTS / points)));
    for (let start = 0; start < ids.length; start += size) {
      const page = await this.database.query(
        (connection, layout) => this.readPage(connection, layout, kind, query, ids.slice(start, start + size)),
        signal,
      );
      if (page.length > 0) yield page;
    }
  }

  override async instant(query: InstantQuery, signal?: AbortSignal): Promise<InstantValue[]> {
    const kind = this.findKind(query);
    if (!kind) return [];
    return this.database.read(async (connection, layout) => {
      const condition = await objectCondition(connection, query.select, kind.family !== undefined);
      const range = { fromMs: query.atMs - query.lookbackMs, toMs: query.atMs + 1, metric: query.metric };
      return readInstant(connection, condition, query, (objects) =>
        this.rows(layout, kind, { ...range, aggregation: 'last' }, objects),
      );
    }, signal);
  }

  override async *newest(
    { types, ...query }: NewestQuery,
    signal?: AbortSignal,
  ): AsyncGenerator<readonly ObjectSample[]> {
    for (const type of types) {
      const kinds = this.kinds.all.filter((kind) => kind.type === type);
      yield* readNewest({ database: this.database, labels: this.labels }, kinds, type, query, signal);
    }
  }

  override async knows(select: ObjectSelector, signal?: AbortSignal): Promise<boolean> {
    const kinds = this.kinds.all.filter(({ type }) => type === select.type).map(({ name }) => name);
    return this.database.read(
      (connection, layout) => readKnows(connection, layout, this.database.segmentFolder, kinds, select),
      signal,
    );
  }

  override async tiers(signal?: AbortSignal): Promise<readonly TierState[]> {
    return this.database.read(
      (connection, layout) => readTiers(connection, layout, this.database.segmentFolder),
      signal,
    );
  }

  override async lost(): Promise<readonly LostSpan[]> {
    const setAside = await this.database.damaged.list();
    if (setAside.length === 0) return [];
    return this.database.read((_, layout) => Promise.resolve(lostSpans(layout, this.kinds, setAside)));
  }

  private async readPage(
    connection: DuckDBConnection,
    layout: Layout,
    kind: Kind,
    query: PointsQuery,
    ids: readonly number[],
  ): Promise<Series[]> {
    const rows = this.rows(layout, kind, query, idCondition(ids));
    if (rows === undefined) return [];
    return readSeries(connection, pointsQuery(rows, query), await findObjects(connection, this.labels, objectsOf(ids)));
  }

  /** The pieces in which objects are put together. Raw samples of a counter stay in one: an increase is counted from the sample before, however long ago that is. */
  private windows(layout: Layout, kind: Kind, query: GroupQuery, objects: number): readonly StepWindow[] {
    const { tier = 'raw', fromMs, toMs, aggregation } = query;
    const isOfCounter = aggregation === 'rate' || aggregation === 'increase';
    const raw = readStretches(layout, { kind: kind.name, tier, fromMs, toMs }).find(
      (stretch) => stretch.tier === 'raw',
    );
    const lastCutMs = isOfCounter && raw ? raw.fromMs : toMs;
    return stepWindows(query, { objects, maxPoints: this.groupPoints, lastCutMs });
  }

  private findKind({ metric, select }: Pick<RangeQuery, 'metric' | 'select'>): Kind | undefined {
    return this.kinds.findMetric(select.type, metric);
  }

  /** @param objects a condition on `p.object_id` */
  private rows(
    layout: Layout,
    kind: Kind,
    query: Pick<RangeQuery, 'metric' | 'fromMs' | 'toMs' | 'tier' | 'aggregation'>,
    objects: string,
  ): string | undefined {
    const { metric, fromMs, toMs, tier = 'raw', aggregation } = query;
    const rollup = this.kinds.findDefinition(metric)?.rollup ?? 'gauge';
    const range = { kind: kind.name, metric, rollup, tier, fromMs, toMs, objects };
    return rowsOf(layout, this.database.segmentFolder, range, aggregation);
  }
}

/** The condition that looks only at the rows of objects that are in a group, of which `readGroups` has the list. */
function memberCondition(ids: readonly number[]): string {
  return ids.length > LISTED_IDS ? 'p.object_id IN (SELECT object_id FROM membership)' : idCondition(ids);
}
