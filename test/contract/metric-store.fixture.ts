import type { MetricObject, Sample } from '../../src/metrics/core/sample.js';
import type {
  GroupQuery,
  GroupSeries,
  InstantQuery,
  InstantValue,
  MetricReader,
  MetricWriter,
  NewestQuery,
  ObjectSample,
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

const HOUR = {
  metric: 'cpu/usage_rate',
  fromMs: T0,
  toMs: T0 + 60 * MINUTE,
  stepMs: MINUTE,
  aggregation: 'avg',
} as const;

export const cpu = (object: MetricObject, value: number): Sample => aSample(object, { 'cpu/usage_rate': value });

export const podsOf = (answer: readonly { object: MetricObject }[]): (string | undefined)[] =>
  answer.map(({ object }) => object.pod);

/** Everything that comes in pages, one after the other; a page must not be empty. */
export async function allOf<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) {
    if (page.length === 0) throw new Error('An empty page');
    all.push(...page);
  }
  return all;
}

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
    this.store.reader.range({ ...HOUR, select, maxSeries: 100, ...over });

  /** The same hour, one group for each namespace, the sum of its objects. */
  readonly groups = (select: ObjectSelector, over: Partial<GroupQuery> = {}): Promise<GroupSeries[]> =>
    this.store.reader.groups({
      ...HOUR,
      select,
      groupOf: ({ namespace }) => namespace,
      across: 'sum',
      maxGroups: 100,
      ...over,
    });

  /** The same hour, every series of it. */
  readonly pages = (select: ObjectSelector, over: Partial<RangeQuery> = {}): Promise<Series[]> =>
    allOf(this.store.reader.pages({ ...HOUR, select, ...over }));

  /** The newest samples of that hour. */
  readonly newest = (types: NewestQuery['types'], over: Partial<NewestQuery> = {}): Promise<ObjectSample[]> =>
    allOf(this.store.reader.newest({ types, atMs: T0 + 60 * MINUTE, lookbackMs: 60 * MINUTE, ...over }));

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
