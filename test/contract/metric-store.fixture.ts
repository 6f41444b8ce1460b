import type { MetricObject, Sample } from '../../src/metrics/core/sample.js';
import type {
  InstantQuery,
  InstantValue,
  MetricReader,
  MetricWriter,
  ObjectSelector,
  RangeQuery,
  Series,
} from '../../src/metrics/metric-store.port.js';
import { aSample } from '../support/samples.js';

export interface StoreUnderTest {
  readonly writer: MetricWriter;
  readonly reader: MetricReader;
  close(): Promise<void>;
}

export const MINUTE = 60_000;
export const DAY = 86_400_000;
/** 2026-03-04T10:00:00Z */
export const T0 = Date.UTC(2026, 2, 4, 10);

export const cpu = (object: MetricObject, value: number): Sample => aSample(object, { 'cpu/usage_rate': value });

export const podsOf = (answer: readonly { object: MetricObject }[]): (string | undefined)[] =>
  answer.map(({ object }) => object.pod);

/** The store that the running test has to itself, and short ways to ask it. */
export class StoreFixture {
  private current: StoreUnderTest | undefined;

  take(store: StoreUnderTest): void {
    this.current = store;
  }

  get store(): StoreUnderTest {
    if (!this.current) throw new Error('No test is running');
    return this.current;
  }

  readonly append = (cycleAtMs: number, samples: readonly Sample[], scope = 'node-1'): Promise<void> =>
    this.store.writer.append(cycleAtMs, [{ scope, samples }]);

  /** One hour from T0, a minute a point. */
  readonly range = (select: ObjectSelector, over: Partial<RangeQuery> = {}): Promise<Series[]> =>
    this.store.reader.range({
      metric: 'cpu/usage_rate',
      select,
      fromMs: T0,
      toMs: T0 + 60 * MINUTE,
      stepMs: MINUTE,
      aggregation: 'avg',
      maxSeries: 100,
      ...over,
    });

  /** The newest of that hour. */
  readonly instant = (select: ObjectSelector, over: Partial<InstantQuery> = {}): Promise<InstantValue[]> =>
    this.store.reader.instant({
      metric: 'cpu/usage_rate',
      select,
      atMs: T0 + 60 * MINUTE,
      lookbackMs: 60 * MINUTE,
      limit: 100,
      order: 'object',
      ...over,
    });

  readonly knows = (select: ObjectSelector): Promise<boolean> => this.store.reader.knows(select);
}
