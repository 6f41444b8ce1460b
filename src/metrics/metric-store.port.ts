import type { MetricObject, ObjectType, Sample } from './core/sample.js';

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
}

export type Aggregation = 'avg' | 'min' | 'max' | 'sum' | 'last';

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
  /** Heapster's `resource_id`; absent means every resource of a labelled metric. */
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
  /** Width of a point, aligned to the epoch; a point's time is the start of its step. */
  readonly stepMs: number;
  readonly aggregation: Aggregation;
  /** At most so many series, in the order of their objects; one more is fetched by a caller that wants to know whether it was cut. */
  readonly maxSeries: number;
}

export interface Series {
  readonly object: MetricObject;
  /** `[start of step in ms, value]`, ascending; a step without samples is absent (a gap, never a zero). */
  readonly points: readonly (readonly [number, number])[];
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
  abstract instant(query: InstantQuery, signal?: AbortSignal): Promise<InstantValue[]>;
  /** Whether any sample of a matching object is kept, of any time. */
  abstract knows(select: ObjectSelector, signal?: AbortSignal): Promise<boolean>;
}
