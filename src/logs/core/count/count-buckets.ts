import type { LogRecord } from '../log-record.js';
import { ValueCounts } from './count-values.js';
import { valueOf } from './value-of.js';

export interface BucketsWanted {
  /** Width of a bucket, ns; buckets begin at multiples of it since the epoch. */
  readonly stepNs: bigint;
  /** What the counts are split by: a level, stream, namespace, ..., or `field.NAME`; absent: not at all. */
  readonly by?: string;
  /** The values of `by` with the most lines; the rest is counted together under no value. */
  readonly maxValues: number;
}

/** A bucket without lines has no count. */
export interface HistogramCount {
  /** Start of the bucket, ns since the epoch. */
  readonly fromNs: bigint;
  /** Absent: lines that lack it or belong to the rest, and where nothing was asked. */
  readonly value?: string;
  readonly lines: number;
}

/** Counts lines by the bucket of their time, and by value. */
export class BucketCounts {
  private readonly buckets = new Map<bigint, Map<string | undefined, number>>();
  private readonly values: ValueCounts | undefined;

  constructor(
    private readonly stepNs: bigint,
    by: string | undefined,
  ) {
    this.values = by === undefined ? undefined : new ValueCounts(by);
  }

  add(record: LogRecord): void {
    const { timeNs } = record;
    const fromNs = timeNs - (((timeNs % this.stepNs) + this.stepNs) % this.stepNs);
    const bucket = this.buckets.get(fromNs) ?? new Map<string | undefined, number>();
    this.buckets.set(fromNs, bucket);
    const value = this.values && valueOf(record, this.values.key);
    bucket.set(value, (bucket.get(value) ?? 0) + 1);
    this.values?.add(record);
  }

  /** The rest of each bucket is put together. */
  counts(maxValues: number): HistogramCount[] {
    const shown = new Set(this.values?.top(maxValues).map(({ value }) => value));
    return [...this.buckets].flatMap(([fromNs, bucket]) => {
      const rest = [...bucket].reduce((sum, [value, lines]) => (isShown(shown, value) ? sum : sum + lines), 0);
      const split = [...bucket].flatMap(([value, lines]) => (isShown(shown, value) ? { fromNs, value, lines } : []));
      return rest > 0 ? [...split, { fromNs, lines: rest }] : split;
    });
  }
}

function isShown(shown: ReadonlySet<string>, value: string | undefined): value is string {
  return value !== undefined && shown.has(value);
}

/** How many of these records fall into which bucket of time. */
export function countBuckets(
  records: readonly LogRecord[],
  { stepNs, by, maxValues }: BucketsWanted,
): HistogramCount[] {
  const counts = new BucketCounts(stepNs, by);
  for (const record of records) counts.add(record);
  return counts.counts(maxValues);
}
