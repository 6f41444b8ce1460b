import type { Rollup } from '../../metrics/core/catalogue/metric.js';
import { type RolledTier, TIER_WIDTH_MS } from '../../metrics/metric-store.port.js';

/** The finest first: each is made from the one before it, `5m` from raw samples. */
export const ROLLED_TIERS = ['5m', '1h'] as const satisfies readonly RolledTier[];

/** Start of the bucket that an instant falls into. */
export function bucketOf(tier: RolledTier, atMs: number): number {
  return Math.floor(atMs / TIER_WIDTH_MS[tier]) * TIER_WIDTH_MS[tier];
}

/**
 * The columns that a rolled-up part has for a metric, besides `cycle_at`, `object_id` and `rows`: of a gauge the least, the greatest and the sum of its
 * values and how many of the rows had one (null when all had, which costs nothing); of a counter the last value and the sum of its increases; of a
 * constant the last value.
 */
export function rolledColumns(metric: string, rollup: Rollup): string[] {
  switch (rollup) {
    case 'gauge':
      return [`"${metric}#min"`, `"${metric}#max"`, `"${metric}#sum"`, `"${metric}#n"`];
    case 'counter':
      return [`"${metric}"`, `"${metric}#increase"`];
    case 'constant':
      return [`"${metric}"`];
    default:
      return rollup satisfies never;
  }
}
