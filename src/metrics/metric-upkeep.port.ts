import type { TierName } from './metric-store.port.js';

/** How a metric store is. */
export interface MetricStoreState {
  /** Bytes that it takes on this machine's disk; absent for a server. */
  readonly bytesOnDisk?: number;
  /** Why nothing can be written at present, and what to do; absent when writing works. */
  readonly refusal?: string;
  /** What was found damaged and set aside; absent when nothing is. The rest is served. */
  readonly damage?: {
    readonly files: number;
    /** In words that may be shown to anyone: no path. */
    readonly what: string;
  };
}

/**
 * What keeps a metric store in shape.
 *
 * Contract: every call may be repeated and may be killed anywhere. Reading and writing go on meanwhile.
 */
export abstract class MetricUpkeep {
  /**
   * Brings the tiers `5m` and `1h` up to date, each from the finer one: every bucket that ended at or before `untilMs`, and again those for which samples came
   * since. What is not rolled up yet is read from the finer tier.
   * @returns how many days of tiers got rows, where the store tells
   */
  abstract rollUp(untilMs: number): Promise<number>;
  /** Brings raw days that ended at or before `beforeMs` into their final form, where the store has one. @returns how many days */
  abstract closeDays(beforeMs: number): Promise<number>;
  /**
   * Forgets the days of a tier that ended at or before `beforeMs`. What the coarser tier does not have yet is kept.
   * @returns how many days went, where the store tells
   */
  abstract dropBefore(tier: TierName, beforeMs: number): Promise<number>;
  /**
   * Forgets the oldest days, raw ones first, until the store takes at most `maxBytes` of this machine's disk; what no coarser tier has goes last, and
   * only where that is enough. A server, whose disk is not this machine's, forgets nothing.
   * @returns how many days went
   */
  abstract shrinkTo(maxBytes: number): Promise<number>;
  /** @throws when the store does not answer */
  abstract state(): Promise<MetricStoreState>;
}
