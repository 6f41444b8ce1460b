import { SetMetadata } from '@nestjs/common';

/** Removes what a feature's records have kept for long enough. */
export interface RecordTrimmer {
  /** What is removed, for the run's result: `runs`, `audit`, `cycles`. */
  readonly subject: string;
  /** Removes what is too old; stops between two batches when the signal says so. Tells how many rows went. */
  trim(nowMs: number, signal: AbortSignal): Promise<number>;
}

/** Metadata key of `@TrimsRecords`. */
export const TRIMS_RECORDS = Symbol('TRIMS_RECORDS');

/** Marks a provider that the job `records.trim` asks to remove what is too old. */
export function TrimsRecords(): (trimmer: new (...args: never[]) => RecordTrimmer) => void {
  return (trimmer) => {
    SetMetadata(TRIMS_RECORDS, true)(trimmer);
  };
}

const BATCH = 5_000;

/** Removes batch after batch until one is not full. */
export async function trimInBatches(signal: AbortSignal, trim: (limit: number) => Promise<number>): Promise<number> {
  let removed = 0;
  for (;;) {
    signal.throwIfAborted();
    const count = await trim(BATCH);
    removed += count;
    if (count < BATCH) return removed;
  }
}
