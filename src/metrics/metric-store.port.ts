import type { MetricObject, ObjectType, ResourceFamily, Sample } from './core/sample.js';

/** Everything that one scope has to say in one cycle. */
export interface ScopeSamples {
  /** The node's name, or `''` for what belongs to no node (`ns` and `cluster` samples). */
  readonly scope: string;
  readonly samples: readonly Sample[];
}

/**
 * Where samples are written.
 *
 * Contract: when `append` resolves, the samples are durable (they survive a SIGKILL and a power cut). A call is atomic for each scope: readers
 * see all of a scope's samples of a cycle or none. Appending a scope of a cycle again replaces what stood there, also objects that are no
 * longer named. Calls for different cycles may come in any order and concurrently.
 *
 * A store without transactions (InfluxDB) keeps all of this but the atomicity: a reader may see a part of a scope while it is written, and nothing of
 * it for a moment while it is replaced. A rejected append may leave a part, which appending again replaces. A scope's samples bear its node.
 */
export abstract class MetricWriter {
  /** @param cycleAtMs end of the cycle's window, ms since the epoch */
  abstract append(cycleAtMs: number, scopes: readonly ScopeSamples[]): Promise<void>;

  /**
   * Begins an append whose scopes come one by one, so that the caller need not hold the samples of all: a store may keep them more tightly. One that is
   * never committed leaves nothing.
   */
  begin(cycleAtMs: number): CycleAppend {
    return new CollectedAppend((scopes) => this.append(cycleAtMs, scopes));
  }
}

/** An append in the making. */
export interface CycleAppend {
  /** Takes a scope, each once; the samples are not needed any more when it returns. Nothing is written yet. */
  add(scope: ScopeSamples): void;
  /** Writes all scopes, as one call of `append` does. To be called once. */
  commit(): Promise<void>;
}

/** For stores that take all scopes in one call: keeps them until then. */
class CollectedAppend implements CycleAppend {
  private readonly scopes: ScopeSamples[] = [];

  constructor(private readonly append: (scopes: readonly ScopeSamples[]) => Promise<void>) {}

  add(scope: ScopeSamples): void {
    this.scopes.push(scope);
  }

  commit(): Promise<void> {
    return this.append(this.scopes);
  }
}

/**
 * How the samples of one object in one step become its point. `count` counts samples; percentiles interpolate linearly between the nearest two (as
 * PostgreSQL's percentile_cont); `rate` and `increase` are for cumulative metrics alone: the increase since the sample before (which may lie before the
 * step, and before `fromMs` by at most `RATE_LOOKBACK_MS`), a counter that went back counting from zero, per second of the step for `rate`. A rolled-up row counts
 * an increase only from a sample that is at most so much older, so that a longer gap has none there.
 */
export const AGGREGATIONS = [
  'avg',
  'min',
  'max',
  'sum',
  'count',
  'last',
  'p50',
  'p90',
  'p95',
  'p99',
  'rate',
  'increase',
] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

/** How the points of several objects at one step become the point of their group. */
export const GROUP_AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count'] as const;
export type GroupAggregation = (typeof GROUP_AGGREGATIONS)[number];

/**
 * How finely samples are kept: every cycle, or rolled up to rows of five minutes or an hour. In a rolled-up row a gauge has min, max and sum, a counter its
 * last value and its increase, a constant its last value.
 */
export const TIERS = ['raw', '5m', '1h'] as const;
export type TierName = (typeof TIERS)[number];
/** The tiers whose rows are rolled up. */
export type RolledTier = Exclude<TierName, 'raw'>;

/** Width of a rolled-up row, ms. */
export const TIER_WIDTH_MS: Readonly<Record<RolledTier, number>> = { '5m': 5 * 60_000, '1h': 60 * 60_000 };

/** What a tier holds. */
export interface TierState {
  readonly name: TierName;
  /** Width of a row; of `raw` the time between two cycles is not known to the store, and this is absent. */
  readonly resolutionMs?: number;
  /** Start of the oldest row that is kept, ms since the epoch; absent when it holds nothing. */
  readonly oldestMs?: number;
}

/** A span of which samples are lost, or may be, because the file that held them is damaged. */
export interface LostSpan {
  /** The tier whose reading lacks them. */
  readonly tier: TierName;
  /** Of which objects, and of which resources of them; absent: of every type. */
  readonly kind?: { readonly type: ObjectType; readonly family: ResourceFamily | undefined };
  /** Inclusive, ms since the epoch. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

/** How far before a range the sample may lie that its first increase is counted from. */
export const RATE_LOOKBACK_MS = 10 * 60_000;

/** Which objects; every given field must match. */
export interface ObjectSelector {
  readonly type: ObjectType;
  readonly node?: string;
  readonly namespace?: string;
  /** The namespaces that the caller may see; absent means all. */
  readonly visibleNamespaces?: readonly string[];
  readonly pod?: string;
  readonly container?: string;
  /** `Kind/name`. */
  readonly workload?: string;
  /** What a metric of a resource family is about (Heapster's `resource_id`: a file system, an interface, a claim); absent means every one. */
  readonly resource?: string;
  /** Decides on the object's Kubernetes labels; the caller has parsed the label selector. */
  readonly matchesLabels?: (labels: Readonly<Record<string, string>>) => boolean;
}

export interface RangeQuery {
  readonly metric: string;
  readonly select: ObjectSelector;
  /** Inclusive, ms since the epoch. */
  readonly fromMs: number;
  /** Exclusive, ms since the epoch. */
  readonly toMs: number;
  /** Width of a point; a point's time is the start of its step. */
  readonly stepMs: number;
  /** Steps begin at `originMs + n * stepMs`; the epoch unless given. */
  readonly originMs?: number;
  readonly aggregation: Aggregation;
  /**
   * The tier that is read; `raw` unless given. What a tier has not rolled up yet is read from a finer one, so that an answer has no gap at its end.
   * Percentiles of a rolled-up tier are those of its rows' averages.
   */
  readonly tier?: TierName;
  /** At most so many series, in the order of their objects; one more is fetched by a caller that wants to know whether it was cut. */
  readonly maxSeries: number;
}

export interface Series {
  readonly object: MetricObject;
  /** `[start of step in ms, value]`, ascending; a step without samples is absent (a gap, never a zero). */
  readonly points: readonly (readonly [number, number])[];
}

/** Objects put together: each object's points by `aggregation`, and those of a group's objects at each step by `across`. */
export interface GroupQuery extends Omit<RangeQuery, 'maxSeries'> {
  /** Which group an object belongs to, by its identity, workload and labels; undefined leaves the object out. */
  readonly groupOf: (object: MetricObject) => string | undefined;
  readonly across: GroupAggregation;
  /** At most so many groups, in the order of their keys. */
  readonly maxGroups: number;
}

export interface GroupSeries {
  readonly group: string;
  /** How many objects the group has in the range. */
  readonly objects: number;
  readonly points: Series['points'];
}

/** The newest sample of each object of some types, every metric of it at once. */
export interface NewestQuery {
  readonly types: readonly ObjectType[];
  readonly node?: string;
  readonly namespace?: string;
  /** The namespaces that the caller may see; absent means all. */
  readonly visibleNamespaces?: readonly string[];
  readonly atMs: number;
  readonly lookbackMs: number;
}

/** One object's values of one cycle. */
export interface ObjectSample {
  readonly object: MetricObject;
  readonly cycleAtMs: number;
  /** In the order of `metricsOfObject(object)`; NaN is unknown. */
  readonly values: readonly number[];
}

export interface InstantQuery {
  readonly metric: string;
  readonly select: ObjectSelector;
  /** The newest sample at or before this instant is taken… */
  readonly atMs: number;
  /** …but none older than `atMs - lookbackMs`. */
  readonly lookbackMs: number;
  readonly limit: number;
  /** Order by object identity, or by value for a top list. */
  readonly order: 'object' | 'valueDescending' | 'valueAscending';
}

export interface InstantValue {
  readonly object: MetricObject;
  /** End of the cycle that the value stems from, ms since the epoch. */
  readonly cycleAtMs: number;
  readonly value: number;
}

/**
 * Where samples are read. A pod that was made again under the same name is two objects (another uid) with a series each.
 * Answers are ordered by object identity (namespace, node, pod, container, resource, uid) unless a query says otherwise.
 * When the signal is aborted nobody waits for the answer any more: an engine that can stop stops, and the call may reject with anything.
 */
export abstract class MetricReader {
  abstract range(query: RangeQuery, signal?: AbortSignal): Promise<Series[]>;
  /** As `range`, with objects put together before anything leaves the store. Groups without a point are absent; ordered by key. */
  abstract groups(query: GroupQuery, signal?: AbortSignal): Promise<GroupSeries[]>;
  /** As `range` without a bound of its own: pages of series, in order, each page made when it is asked for. */
  abstract pages(query: Omit<RangeQuery, 'maxSeries'>, signal?: AbortSignal): AsyncIterable<readonly Series[]>;
  abstract instant(query: InstantQuery, signal?: AbortSignal): Promise<InstantValue[]>;
  /** In batches, by type and identity. */
  abstract newest(query: NewestQuery, signal?: AbortSignal): AsyncIterable<readonly ObjectSample[]>;
  /** Whether any sample of a matching object is kept, of any time and tier. */
  abstract knows(select: ObjectSelector, signal?: AbortSignal): Promise<boolean>;
  /** What each tier holds, the finest first. */
  abstract tiers(signal?: AbortSignal): Promise<readonly TierState[]>;
  /** What readings lack of what was kept, by time. A span that another tier could fill is no part of it. */
  abstract lost(): Promise<readonly LostSpan[]>;
}
