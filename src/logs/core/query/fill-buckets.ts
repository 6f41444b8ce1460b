import type { LogSpan } from '../filter/log-filter.js';

/** A count as a store gives it; without a value: of the rest. */
export interface GivenCount {
  readonly fromNs: bigint;
  readonly value?: string;
  readonly lines: number;
}

export interface ValueLines {
  readonly value: string;
  readonly lines: number;
}

export interface Bucket {
  readonly fromNs: bigint;
  readonly lines: number;
  /** Most lines of the whole span first. */
  readonly values: readonly ValueLines[];
  /** Lines that have none of the values. */
  readonly otherLines: number;
}

export interface FilledBuckets {
  readonly lines: number;
  /** Over the whole span, most lines first; equal ones by value. */
  readonly values: readonly ValueLines[];
  readonly buckets: readonly Bucket[];
}

/** Lays out every bucket of a span, those without lines too. Buckets begin at multiples of the step since the epoch. */
export function fillBuckets(counts: readonly GivenCount[], { fromNs, toNs }: LogSpan, stepNs: bigint): FilledBuckets {
  const totals = new Map<string, number>();
  for (const { value, lines } of counts) if (value !== undefined) totals.set(value, (totals.get(value) ?? 0) + lines);
  const values = [...totals].map(([value, lines]) => ({ value, lines })).sort(byLines);
  const byStart = Map.groupBy(counts, (count) => count.fromNs);
  const buckets: Bucket[] = [];
  for (let start = fromNs - (fromNs % stepNs); start < toNs; start += stepNs)
    buckets.push(bucketOf(start, byStart.get(start) ?? [], values));
  return { lines: sumOf(counts), values, buckets };
}

/** How many buckets a span has. */
export function bucketCount({ fromNs, toNs }: LogSpan, stepNs: bigint): number {
  return Number((toNs - 1n) / stepNs - fromNs / stepNs) + 1;
}

function bucketOf(fromNs: bigint, counts: readonly GivenCount[], order: readonly ValueLines[]): Bucket {
  const found = new Map(counts.map(({ value, lines }) => [value, lines]));
  const values = order.flatMap(({ value }) => {
    const lines = found.get(value);
    return lines === undefined ? [] : [{ value, lines }];
  });
  return { fromNs, lines: sumOf(counts), values, otherLines: found.get(undefined) ?? 0 };
}

function sumOf(counts: readonly { readonly lines: number }[]): number {
  return counts.reduce((sum, { lines }) => sum + lines, 0);
}

function byLines(left: ValueLines, right: ValueLines): number {
  if (left.lines !== right.lines) return right.lines - left.lines;
  return left.value < right.value ? -1 : 1;
}
