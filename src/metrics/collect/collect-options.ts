/** What collection takes of the settings. */
export interface CollectOptions {
  /** Time between two cycles. */
  readonly resolutionMs: number;
  /** How many nodes one job collects. */
  readonly shardNodes: number;
  /** How many kubelets this process asks at once. */
  readonly concurrency: number;
  /** A node that a shard has not begun to ask by then is given up for this cycle. */
  readonly shardDeadlineMs: number;
  /** Names of cAdvisor's metrics that are collected, `*` at the end for any rest; empty for none. */
  readonly customMetrics: readonly string[];
  /** How many values of these a node may have. */
  readonly customMaxSeries: number;
}

/** Injection token of `CollectOptions`. */
export const COLLECT_OPTIONS = Symbol('COLLECT_OPTIONS');

/** Readings further apart than so many cycles make no rate, but ten minutes are always allowed. */
export const MAX_RATE_CYCLES = 5;
const TEN_MINUTES_MS = 600_000;

/** The longest time between two readings of a counter that still makes a rate. */
export function maxWindowMs(options: CollectOptions): number {
  return Math.max(TEN_MINUTES_MS, MAX_RATE_CYCLES * options.resolutionMs);
}
