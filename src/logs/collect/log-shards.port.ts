/** How the containers are divided: a pod belongs to one of so many shards. More workers than that find nothing to do. */
export const LOG_SHARDS = 16;

/** What a worker holds after it asked. */
export interface ClaimedShards {
  readonly held: readonly number[];
  /** Those of the held ones that another worker waits for: to be released, once nothing of them is written any more. */
  readonly surplus: readonly number[];
}

/**
 * Divides the shards between the workers that are there, each to one at a time, by leases in the records. The clock is the records' own, so that workers whose
 * clocks differ agree.
 */
export abstract class LogShards {
  /**
   * Tells that the worker is there, renews what it holds and takes what is free, up to its fair share: the shards divided by the workers, rounded up.
   * What it held and could not renew in time may be another's now.
   */
  abstract claim(worker: string, leaseMs: number): Promise<ClaimedShards>;

  /** Gives shards back; others than its own are left alone. With `isLeaving` the worker counts no longer. */
  abstract release(worker: string, shards: readonly number[], isLeaving: boolean): Promise<void>;

  /** How many shards no worker holds at this moment. */
  abstract unheld(): Promise<number>;
}
