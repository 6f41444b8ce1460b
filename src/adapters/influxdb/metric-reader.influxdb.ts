import type { Metric } from '../../metrics/core/catalogue/metric.js';
import { findMetric } from '../../metrics/core/metric-catalogue.js';
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
  type TierName,
  TIER_WIDTH_MS,
  TIERS,
  type TierState,
} from '../../metrics/metric-store.port.js';
import { findObjects } from './find-objects.js';
import type { FluxSelection } from './flux-query.js';
import { FoldedGroups } from './fold-groups.js';
import type { InfluxConnection } from './influx-connection.js';
import { bucketOf, type MetricPlaces } from './metric-place.js';
import { type PointsQuery, RangeReading, type RangeSource } from './range-reading.js';
import { NewestSamples } from './read-newest.js';
import { selectorTags } from './select-objects.js';
import { FAR_FUTURE_MS, TierMarks } from './tier-marks.js';

/**
 * Reads with Flux. An object whose workload or labels changed is several series in InfluxDB: they are put together by identity, and the newest
 * tags count. What is asked is first looked up as objects, whose points are then read in pages or all at once, row by row.
 */
export class InfluxdbMetricReader extends MetricReader {
  private readonly source: RangeSource;
  private readonly samples: NewestSamples;

  constructor(
    private readonly connection: InfluxConnection,
    private readonly clusterName: string,
    private readonly places: MetricPlaces,
  ) {
    super();
    this.source = { connection, clusterName, places, marks: new TierMarks(connection, clusterName) };
    this.samples = new NewestSamples(connection, places, clusterName);
  }

  override async range(query: RangeQuery, signal?: AbortSignal): Promise<Series[]> {
    const series: Series[] = [];
    const reading = await this.open(query, signal);
    for (const objects of reading?.pagesOf(reading.objects, query.maxSeries) ?? []) {
      series.push(...((await reading?.series(objects)) ?? []));
      if (series.length >= query.maxSeries) break;
    }
    return series.slice(0, query.maxSeries);
  }

  override async groups(query: GroupQuery, signal?: AbortSignal): Promise<GroupSeries[]> {
    const reading = await this.open(query, signal);
    if (!reading) return [];
    const keyOf = new Map(reading.objects.map((object) => [object, query.groupOf(object)]));
    const byKey = Map.groupBy(reading.objects, (object) => keyOf.get(object));
    const keys = [...byKey.keys()].filter((key) => key !== undefined).sort();
    const groups: GroupSeries[] = [];
    for (let next = 0; next < keys.length && groups.length < query.maxGroups;) {
      const taken = keys.slice(next, next + query.maxGroups - groups.length);
      next += taken.length;
      const folded = new FoldedGroups();
      for (const objects of reading.pagesOf(taken.flatMap((key) => byKey.get(key) ?? []))) {
        await reading.points(objects, (object, points) => folded.add(keyOf.get(object) ?? '', object, points));
      }
      groups.push(...folded.take(query.across));
    }
    return groups;
  }

  override async *pages(query: PointsQuery, signal?: AbortSignal): AsyncGenerator<readonly Series[]> {
    const reading = await this.open(query, signal);
    for (const objects of reading?.pagesOf(reading.objects, 0) ?? []) {
      const page = (await reading?.series(objects)) ?? [];
      if (page.length > 0) yield page;
    }
  }

  override async instant(query: InstantQuery, signal?: AbortSignal): Promise<InstantValue[]> {
    const { select, atMs, lookbackMs, order } = query;
    const metric = findKept(query.metric, select);
    if (!metric) return [];
    const span = this.selection('raw', select, metric.name);
    const within = { ...span, fromMs: Math.max(0, atMs - lookbackMs), toMs: atMs + 1 };
    const found = await findObjects(this.connection, [within], select, signal);
    const values = [...found.values];
    if (order === 'valueDescending') values.sort((a, b) => b.value - a.value);
    if (order === 'valueAscending') values.sort((a, b) => a.value - b.value);
    return values.slice(0, query.limit);
  }

  override newest(query: NewestQuery, signal?: AbortSignal): AsyncIterable<readonly ObjectSample[]> {
    return this.samples.read(query, signal);
  }

  override async knows(select: ObjectSelector, signal?: AbortSignal): Promise<boolean> {
    // Nearly every object has this one, and asking for one metric is far cheaper than asking for all.
    const metrics = select.resource === undefined ? ['cpu/usage_rate', undefined] : [undefined];
    for (const metric of metrics) {
      for (const tier of TIERS) {
        const found = await findObjects(this.connection, [this.selection(tier, select, metric)], select, signal);
        if (found.values.length > 0) return true;
      }
    }
    return false;
  }

  override async tiers(signal?: AbortSignal): Promise<readonly TierState[]> {
    const states: TierState[] = [];
    for (const name of TIERS) {
      const oldestMs = await this.source.marks.oldest(name, signal);
      const width = name === 'raw' ? {} : { resolutionMs: TIER_WIDTH_MS[name] };
      states.push({ name, ...width, ...(oldestMs === undefined ? {} : { oldestMs }) });
    }
    return states;
  }

  /** InfluxDB itself looks after its files. */
  override async lost(): Promise<readonly LostSpan[]> {
    return Promise.resolve([]);
  }

  private async open(query: PointsQuery, signal: AbortSignal | undefined): Promise<RangeReading | undefined> {
    const metric = findKept(query.metric, query.select);
    return metric && RangeReading.open(this.source, query, metric, signal);
  }

  /** Of all times; of every metric when none is given. */
  private selection(tier: TierName, select: ObjectSelector, metric: string | undefined): FluxSelection {
    const bucket = bucketOf(this.connection.options.bucket, tier);
    const all = { bucket, fromMs: 0, toMs: FAR_FUTURE_MS, tags: selectorTags(select, this.clusterName) };
    if (metric === undefined) return all;
    if (tier !== 'raw') return { ...all, measurement: metric };
    const { measurement, field } = this.places.of(metric);
    return { ...all, measurement, fields: [field] };
  }
}

function findKept(name: string, { type, visibleNamespaces }: ObjectSelector): Metric | undefined {
  const metric = findMetric(name);
  return metric?.objects.includes(type) && visibleNamespaces?.length !== 0 ? metric : undefined;
}
