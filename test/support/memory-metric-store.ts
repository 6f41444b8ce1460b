import type { Metric } from '../../src/metrics/core/catalogue/metric.js';
import { findMetric, metricIndex } from '../../src/metrics/core/metric-catalogue.js';
import { familyOf, type MetricObject, type Sample } from '../../src/metrics/core/sample.js';
import {
  type GroupQuery,
  type GroupSeries,
  type InstantQuery,
  type InstantValue,
  type LostSpan,
  MetricReader,
  MetricWriter,
  type NewestQuery,
  type ObjectSample,
  type ObjectSelector,
  type RangeQuery,
  type ScopeSamples,
  type Series,
  type TierState,
} from '../../src/metrics/metric-store.port.js';
import { compareKeys } from '../../src/platform/http/paging.js';
import { acrossObjects, type KnownValue, lookbackMs, pointsOf } from './memory-points.js';

/** Small, so that a few objects already fill several. */
const PAGE_SIZE = 3;

/** A metric store in memory: small, slow and real, for tests of what stands before a store. It has the raw tier alone, whatever tier is asked for. */
export class MemoryMetricStore {
  /** Samples by cycle and scope. */
  private readonly cycles: Cycles = new Map();
  readonly writer: MetricWriter = new MemoryWriter(this.cycles);
  readonly reader: MetricReader = new MemoryReader(this.cycles);
}

type Cycles = Map<number, Map<string, readonly Sample[]>>;

class MemoryWriter extends MetricWriter {
  constructor(private readonly cycles: Cycles) {
    super();
  }

  override async append(cycleAtMs: number, scopes: readonly ScopeSamples[]): Promise<void> {
    const cycle = this.cycles.get(cycleAtMs) ?? new Map<string, readonly Sample[]>();
    for (const { scope, samples } of scopes) cycle.set(scope, samples);
    this.cycles.set(cycleAtMs, cycle);
  }
}

class MemoryReader extends MetricReader {
  constructor(private readonly cycles: Cycles) {
    super();
  }

  override async range(query: RangeQuery): Promise<Series[]> {
    return this.series(query).slice(0, query.maxSeries);
  }

  override async groups(query: GroupQuery): Promise<GroupSeries[]> {
    const ofGroups = Map.groupBy(this.series(query), ({ object }) => query.groupOf(object));
    return [...ofGroups]
      .flatMap(([group, series]) => (group === undefined ? [] : [{ group, series }]))
      .sort((left, right) => compareKeys([left.group], [right.group]))
      .slice(0, query.maxGroups)
      .map(({ group, series }) => {
        const points = acrossObjects(
          series.map((one) => one.points),
          query.across,
        );
        return { group, objects: series.length, points };
      });
  }

  override async *pages(query: Omit<RangeQuery, 'maxSeries'>): AsyncGenerator<readonly Series[]> {
    const series = this.series(query);
    for (let start = 0; start < series.length; start += PAGE_SIZE) yield series.slice(start, start + PAGE_SIZE);
  }

  override async instant(query: InstantQuery): Promise<InstantValue[]> {
    const { atMs, limit, order } = query;
    const found = this.values(query.metric, query.select, atMs - query.lookbackMs, atMs + 1);
    const values = found.flatMap(({ object, values }) => {
      const newest = values.at(-1);
      return newest ? [{ object, ...newest }] : [];
    });
    if (order === 'valueDescending') values.sort((left, right) => right.value - left.value);
    if (order === 'valueAscending') values.sort((left, right) => left.value - right.value);
    return values.slice(0, limit);
  }

  override async *newest(query: NewestQuery): AsyncGenerator<readonly ObjectSample[]> {
    const { types, atMs, lookbackMs, ...select } = query;
    for (const type of types) {
      const known = this.samples({ type, ...select }, atMs - lookbackMs, atMs + 1).filter(({ sample }) =>
        sample.values.some((value) => !Number.isNaN(value)),
      );
      const newest = new Map(known.map((found) => [JSON.stringify(identityOf(found.sample.object)), found]));
      const samples = [...newest.values()]
        .map(({ cycleAtMs, sample: { object, values } }): ObjectSample => ({ object, cycleAtMs, values }))
        .sort(byIdentity);
      for (let start = 0; start < samples.length; start += PAGE_SIZE) yield samples.slice(start, start + PAGE_SIZE);
    }
  }

  override async knows(select: ObjectSelector): Promise<boolean> {
    return this.samples(select, -Infinity, Infinity).length > 0;
  }

  override async lost(): Promise<readonly LostSpan[]> {
    return [];
  }

  override async tiers(): Promise<readonly TierState[]> {
    const kept = [...this.cycles].filter(([, scopes]) => [...scopes.values()].some((samples) => samples.length > 0));
    if (kept.length === 0) return [{ name: 'raw' }];
    return [{ name: 'raw', oldestMs: Math.min(...kept.map(([cycleAtMs]) => cycleAtMs)) }];
  }

  /** Every series that has points, by identity. */
  private series(query: Omit<RangeQuery, 'maxSeries'>): Series[] {
    const { metric, select, fromMs, toMs, aggregation } = query;
    return this.values(metric, select, fromMs - lookbackMs(aggregation), toMs)
      .map(({ object, values }) => ({ object, points: pointsOf(values, query) }))
      .filter(({ points }) => points.length > 0);
  }

  /** Of each matching object, by identity, its known values by time. */
  private values(name: string, select: ObjectSelector, fromMs: number, toMs: number) {
    const metric = findMetric(name);
    const index = metric ? metricIndex(select.type, name) : -1;
    if (!metric || index < 0) return [];
    const found = this.samples(select, fromMs, toMs).filter(({ sample }) => hasMetric(sample, metric, index));
    const byObject = Map.groupBy(found, ({ sample }) => JSON.stringify(identityOf(sample.object)));
    return [...byObject.values()]
      .map((samples) => ({
        object: samples.at(-1)?.sample.object as MetricObject,
        values: samples.map(({ cycleAtMs, sample }): KnownValue => ({
          cycleAtMs,
          value: sample.values[index] ?? Number.NaN,
        })),
      }))
      .sort(byIdentity);
  }

  /** Matching samples by time; labels and workload are those that an object has lately. */
  private samples(select: ObjectSelector, fromMs: number, toMs: number) {
    const all = [...this.cycles]
      .sort(([left], [right]) => left - right)
      .flatMap(([cycleAtMs, scopes]) => [...scopes.values()].flat().map((sample) => ({ cycleAtMs, sample })));
    const newest = new Map(all.map(({ sample: { object } }) => [JSON.stringify(identityOf(object)), object]));
    return all
      .map(({ cycleAtMs, sample }) => {
        const object = newest.get(JSON.stringify(identityOf(sample.object))) ?? sample.object;
        return { cycleAtMs, sample: { ...sample, object } };
      })
      .filter(({ cycleAtMs, sample }) => cycleAtMs >= fromMs && cycleAtMs < toMs && matches(sample.object, select));
  }
}

function hasMetric({ object, values }: Sample, metric: Metric, index: number): boolean {
  const family = object.resource === undefined ? undefined : familyOf(object.resource);
  return metric.family === family && !Number.isNaN(values[index] ?? Number.NaN);
}

function matches(object: MetricObject, select: ObjectSelector): boolean {
  const { visibleNamespaces, matchesLabels } = select;
  const fields = ['type', 'node', 'namespace', 'pod', 'container', 'workload', 'resource'] as const;
  return (
    fields.every((field) => select[field] === undefined || select[field] === object[field]) &&
    (visibleNamespaces === undefined || visibleNamespaces.includes(object.namespace ?? '')) &&
    (matchesLabels === undefined || matchesLabels(object.labels ?? {}))
  );
}

const byIdentity = (left: { object: MetricObject }, right: { object: MetricObject }): number =>
  compareKeys(identityOf(left.object), identityOf(right.object));

function identityOf(object: MetricObject): string[] {
  const { type, namespace = '', node = '', pod = '', container = '', resource = '', podUid = '' } = object;
  return [namespace, node, pod, container, resource, podUid, type, object.resource === undefined ? '' : 'labeled'];
}
