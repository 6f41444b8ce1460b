import type { LogRecord } from '../log-record.js';
import { countValues } from './count-values.js';
import { valueOf } from './value-of.js';

export interface BucketsWanted {
  /** Width of a bucket, ns; buckets begin at multiples of it since the epoch. */
  readonly stepNs: bigint;
  /** What the counts are split by; absent: not at all. */
  readonly by?: string;
  /** The values of `by` with the most lines; the rest is counted together under no value. */
  readonly maxValues: number;
}

/** A bucket without lines has no count. */
export interface BucketCount {
  /** Start of the bucket, ns since the epoch. */
  readonly fromNs: bigint;
  readonly value?: string;
  readonly lines: number;
}

/** How many of these records fall into which bucket of time. */
export function countBuckets(records: readonly LogRecord[], { stepNs, by, maxValues }: BucketsWanted): BucketCount[] {
  const shown = new Set(by === undefined ? [] : countValues(records, by, maxValues).values.map(({ value }) => value));
  const buckets = new Map<bigint, Map<string | undefined, number>>();
  for (const record of records) {
    const own = by === undefined ? undefined : valueOf(record, by);
    const value = own !== undefined && shown.has(own) ? own : undefined;
    const fromNs = record.timeNs - (record.timeNs % stepNs);
    const bucket = buckets.get(fromNs) ?? new Map<string | undefined, number>();
    buckets.set(fromNs, bucket.set(value, (bucket.get(value) ?? 0) + 1));
  }
  return [...buckets].flatMap(([fromNs, bucket]) =>
    [...bucket].map(([value, lines]) => ({ fromNs, ...(value === undefined ? {} : { value }), lines })),
  );
}
