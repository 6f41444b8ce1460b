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
  /** Brings days that ended at or before `beforeMs` into their final form, where the store has one. @returns how many days */
  abstract closeDays(beforeMs: number): Promise<number>;
  /** Forgets samples of days that ended at or before `beforeMs`. @returns how many days went, where the store tells */
  abstract dropBefore(beforeMs: number): Promise<number>;
  /** @throws when the store does not answer */
  abstract state(): Promise<MetricStoreState>;
}
