import { nextClusterSize } from './next-cluster-size.js';
import type { Estimator, ResourceSizing } from './resizer-spec.js';

/** Parts of a billionth that a share of use may be of: rounded up, so that it is never less than is used. */
const PERCENT = 100n;

/** The amount by a count, exactly, within the minimum and maximum. */
export function estimateByCount(
  estimator: Exclude<Estimator, { type: 'measured' }>,
  sizing: ResourceSizing,
  n: number,
): bigint {
  return bounded(sizing.baseNanos + sizing.extraNanos * BigInt(countedAs(estimator, n)), sizing);
}

/** The amount by use with its headroom, within the minimum and maximum. */
export function estimateByUse(headroomPercent: number, sizing: ResourceSizing, useNanos: bigint): bigint {
  const scaled = useNanos * (PERCENT + BigInt(headroomPercent));
  return bounded((scaled + PERCENT - 1n) / PERCENT, sizing);
}

/** What n is taken for. */
export function countedAs(estimator: Exclude<Estimator, { type: 'measured' }>, n: number): number {
  if (estimator.type === 'exponential') return nextClusterSize(estimator.minClusterSize, n);
  return estimator.buckets.find((bucket) => bucket >= n) ?? n;
}

function bounded(nanos: bigint, { minNanos, maxNanos }: ResourceSizing): bigint {
  if (minNanos !== undefined && nanos < minNanos) return minNanos;
  if (maxNanos !== undefined && nanos > maxNanos) return maxNanos;
  return nanos;
}
