import type { Metric } from '../../src/metrics/core/catalogue/metric.js';
import { findMetric, metricIndex } from '../../src/metrics/core/metric-catalogue.js';
import { familyOf, type MetricObject, type Sample } from '../../src/metrics/core/sample.js';
import {
  MetricReader,
  MetricWriter,
  type Aggregation,
  type InstantQuery,
  type InstantValue,
  type ObjectSelector,
  type RangeQuery,
  type ScopeSamples,
  type Series,
} from '../../src/metrics/metric-store.port.js';
import { compareKeys } from '../../src/platform/http/paging.js';

interface Row {
  readonly cycleAtMs: number;
  readonly value: number;
}

const AGGREGATES: Readonly<Record<Aggregation, (values: readonly number[]) => number>> = {
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  last: (values) => values.at(-1) ?? Number.NaN,
};

/** A metric store in memory: small, slow and real, for tests of what stands before a store. */
export class MemoryMetricStore {
  /** Samples by cycle and scope. */
  private readonly cycles = new Map<number, Map<string, readonly Sample[]>>();
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
    const { fromMs, toMs, stepMs, aggregation, maxSeries } = query;
    const series = this.rows(query.metric, query.select, fromMs, toMs).map(({ object, rows }) => {
      const steps = Map.groupBy(rows, ({ cycleAtMs }) => Math.floor(cycleAtMs / stepMs) * stepMs);
      const points = [...steps].map(
        ([step, inStep]) => [step, AGGREGATES[aggregation](inStep.map(({ value }) => value))] as const,
      );
      return { object, points };
    });
    return series.slice(0, maxSeries);
  }

  override async instant(query: InstantQuery): Promise<InstantValue[]> {
    const { atMs, lookbackMs, limit, order } = query;
    const values = this.rows(query.metric, query.select, atMs - lookbackMs, atMs + 1).flatMap(({ object, rows }) => {
      const newest = rows.at(-1);
      return newest ? [{ object, ...newest }] : [];
    });
    if (order === 'valueDescending') values.sort((left, right) => right.value - left.value);
    if (order === 'valueAscending') values.sort((left, right) => left.value - right.value);
    return values.slice(0, limit);
  }

  override async knows(select: ObjectSelector): Promise<boolean> {
    return this.samples(select, -Infinity, Infinity).length > 0;
  }

  /** Of each matching object, by identity, its known values by time. */
  private rows(name: string, select: ObjectSelector, fromMs: number, toMs: number) {
    const metric = findMetric(name);
    const index = metric ? metricIndex(select.type, name) : -1;
    if (!metric || index < 0) return [];
    const found = this.samples(select, fromMs, toMs).filter(({ sample }) => hasMetric(sample, metric, index));
    const byObject = Map.groupBy(found, ({ sample }) => JSON.stringify(identityOf(sample.object)));
    return [...byObject.values()]
      .map((samples) => ({
        object: samples.at(-1)?.sample.object as MetricObject,
        rows: samples.map(({ cycleAtMs, sample }): Row => ({ cycleAtMs, value: sample.values[index] ?? Number.NaN })),
      }))
      .sort((left, right) => compareKeys(identityOf(left.object), identityOf(right.object)));
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
  return metric.family === (object.resource === undefined ? undefined : familyOf(object.resource)) && !Number.isNaN(values[index] ?? Number.NaN);
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

function identityOf(object: MetricObject): string[] {
  const { type, namespace = '', node = '', pod = '', container = '', resource = '', podUid = '' } = object;
  return [namespace, node, pod, container, resource, podUid, type, object.resource === undefined ? '' : 'labeled'];
}
