import { findMetric } from '../../metrics/core/metric-catalogue.js';
import type { MetricObject } from '../../metrics/core/sample.js';
import {
  type InstantQuery,
  type InstantValue,
  MetricReader,
  type ObjectSelector,
  type RangeQuery,
  type Series,
} from '../../metrics/metric-store.port.js';
import { rowTags, rowTime, selectFlux } from './flux-query.js';
import type { InfluxConnection } from './influx-connection.js';
import { encodeTag, IDENTITY_TAGS, tagOf } from './object-tags.js';
import { compareIdentity, identityOf, isSelected, selectorTags } from './select-objects.js';

const FUNCTIONS = { avg: 'mean', min: 'min', max: 'max', sum: 'sum', last: 'last' } as const;

/** Pods that are named one by one in a query; more are fetched by what the selector says. */
const LISTED_PODS = 50;

/** A time after every cycle, far enough from Flux's end of time. */
const FAR_FUTURE_MS = Date.UTC(2200, 0, 1);

/**
 * Reads with Flux. An object whose workload or labels changed is several series in InfluxDB: they are put together by identity, and the newest
 * tags count.
 */
export class InfluxdbMetricReader extends MetricReader {
  constructor(
    private readonly connection: InfluxConnection,
    private readonly clusterName: string,
  ) {
    super();
  }

  override async range(query: RangeQuery, signal?: AbortSignal): Promise<Series[]> {
    const { select, metric, fromMs, toMs, stepMs } = query;
    if (!isKept(select, metric)) return [];
    const newest = await this.newest(select, metric, fromMs, toMs, signal);
    const objects = newest.map(({ object }) => object).slice(0, query.maxSeries);
    if (objects.length === 0) return [];
    const alignedFromMs = Math.floor(fromMs / stepMs) * stepMs;
    const alignedToMs = Math.ceil(toMs / stepMs) * stepMs;
    const isAligned = alignedFromMs === fromMs && alignedToMs === toMs;
    const pods = [...new Set(objects.flatMap(({ podUid }) => (podUid ? encodeTag(podUid) : [])))];
    const listed = pods.length > 0 && pods.length <= LISTED_PODS ? pods : undefined;
    const tags = { ...selectorTags(select, this.clusterName), _measurement: metric, [tagOf('podUid')]: listed };
    const exact = `|> filter(fn: (r) => r._time >= time(v: ${String(fromMs)}000000) and r._time < time(v: ${String(toMs)}000000))`;
    const rows = await this.connection.query(
      `${selectFlux(this.connection.options.bucket, { fromMs: alignedFromMs, toMs: alignedToMs, tags })}
  ${isAligned ? '' : exact}
  |> group(columns: ${JSON.stringify(IDENTITY_TAGS)})
  ${query.aggregation === 'last' ? '|> sort(columns: ["_time"])' : ''}
  |> aggregateWindow(every: ${String(stepMs)}ms, fn: ${FUNCTIONS[query.aggregation]}, createEmpty: false, timeSrc: "_start")`,
      signal,
    );
    return toSeries(objects, rows);
  }

  override async instant(query: InstantQuery, signal?: AbortSignal): Promise<InstantValue[]> {
    const { select, metric, atMs, lookbackMs, order } = query;
    if (!isKept(select, metric)) return [];
    const values = await this.newest(select, metric, atMs - lookbackMs, atMs + 1, signal);
    if (order === 'valueDescending') values.sort((a, b) => b.value - a.value);
    if (order === 'valueAscending') values.sort((a, b) => a.value - b.value);
    return values.slice(0, query.limit);
  }

  override async knows(select: ObjectSelector, signal?: AbortSignal): Promise<boolean> {
    // Nearly every object has this one, and asking for one metric is far cheaper than asking for all.
    const metrics = select.resource === undefined ? ['cpu/usage_rate', undefined] : [undefined];
    for (const metric of metrics) {
      if ((await this.newest(select, metric, 0, FAR_FUTURE_MS, signal)).length > 0) return true;
    }
    return false;
  }

  /** The newest value of every selected object within the range, by identity. */
  private async newest(
    select: ObjectSelector,
    metric: string | undefined,
    fromMs: number,
    toMs: number,
    signal: AbortSignal | undefined,
  ): Promise<InstantValue[]> {
    if (select.visibleNamespaces?.length === 0) return [];
    const tags = { ...selectorTags(select, this.clusterName), _measurement: metric };
    const head = selectFlux(this.connection.options.bucket, { fromMs, toMs, tags });
    const rows = await this.connection.query(`${head}\n  |> last()`, signal);
    const byIdentity = new Map<string, InstantValue>();
    for (const row of rows) {
      const found = { object: rowTags(row), cycleAtMs: rowTime(row), value: Number(row['_value']) };
      const key = identityOf(found.object);
      const other = byIdentity.get(key);
      if (!other || other.cycleAtMs < found.cycleAtMs) byIdentity.set(key, found);
    }
    return [...byIdentity.values()]
      .filter(({ object }) => isSelected(object, select))
      .sort((a, b) => compareIdentity(a.object, b.object));
  }
}

function isKept(select: ObjectSelector, metric: string): boolean {
  return findMetric(metric)?.objects.includes(select.type) ?? false;
}

function toSeries(objects: readonly MetricObject[], rows: readonly Record<string, unknown>[]): Series[] {
  const points = new Map<string, [number, number][]>(objects.map((object) => [identityOf(object), []]));
  for (const row of rows) points.get(identityOf(rowTags(row)))?.push([rowTime(row), Number(row['_value'])]);
  return objects.map((object) => ({
    object,
    points: (points.get(identityOf(object)) ?? []).sort(([a], [b]) => a - b),
  }));
}
