import type { Rollup } from '../../metrics/core/catalogue/metric.js';
import { type Aggregation, RATE_LOOKBACK_MS, type TierName } from '../../metrics/metric-store.port.js';
import { VALUE_FIELD } from './metric-place.js';

/** How the points of an object are made from what a tier keeps. */
export interface PointPlan {
  /** Fields of a rolled-up tier; of the raw tier the metric's own field stands in their place. */
  readonly fields: readonly string[];
  /** The value is `sum / n`: two fields that are read side by side. */
  readonly isAverage: boolean;
  /** Flux's function that makes one value of a step where the samples are; absent when the samples themselves are read. */
  readonly inServer?: 'mean' | 'min' | 'max' | 'sum' | 'count' | 'last';
  /** Which percentile of the samples, of 1; absent when their increases are added up. */
  readonly percentile?: number;
  /** How far before the range samples are read. */
  readonly lookbackMs: number;
}

const PERCENTILES: Partial<Record<Aggregation, number>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };
const IN_SERVER = { avg: 'mean', min: 'min', max: 'max', sum: 'sum', count: 'count', last: 'last' } as const;

/**
 * Decides what is read of a tier, and where it is put together. Averages, extremes, sums, counts and last values are made in the server, which reads
 * blocks and not points for them. Percentiles and increases are made here: Flux needs a table for each step of each series for a percentile, which takes
 * ten times as long as reading the samples does, and it knows no increase that begins before a step.
 *
 * A rolled-up gauge has `min`, `max`, `sum` and `n`, a counter `value` (its last) and `increase`, a constant `value`.
 */
export function planPoints(tier: TierName, rollup: Rollup, aggregation: Aggregation): PointPlan {
  const plan = { fields: [VALUE_FIELD], isAverage: false, lookbackMs: 0 };
  const percentile = PERCENTILES[aggregation];
  const average = { ...plan, fields: ['sum', 'n'], isAverage: true };
  const samples = tier !== 'raw' && rollup === 'gauge' ? average : plan;
  if (percentile !== undefined) return { ...samples, percentile };
  if (aggregation === 'rate' || aggregation === 'increase') {
    if (tier !== 'raw' && rollup === 'counter') return { ...plan, fields: ['increase'], inServer: 'sum' };
    return { ...samples, lookbackMs: RATE_LOOKBACK_MS };
  }
  const inServer = IN_SERVER[aggregation as keyof typeof IN_SERVER];
  if (tier === 'raw' || rollup !== 'gauge') return { ...plan, inServer };
  if (aggregation === 'avg') return { ...average, inServer: 'sum' };
  if (aggregation === 'last') return { ...average, inServer: 'last' };
  if (aggregation === 'count') return { ...plan, fields: ['n'], inServer: 'sum' };
  return { ...plan, fields: [aggregation], inServer };
}
