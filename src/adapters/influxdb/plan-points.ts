import type { Rollup } from '../../metrics/core/catalogue/metric.js';
import { type Aggregation, RATE_LOOKBACK_MS, type TierName } from '../../metrics/metric-store.port.js';
import { VALUE_FIELD } from './metric-place.js';

/** What is made here of the samples of a step, where the server does not make it. */
export type StepFold = 'p50' | 'p90' | 'p95' | 'p99' | 'increase' | 'avg' | 'sum';

/** How the points of an object are made from what a tier keeps. */
export interface PointPlan {
  /** Fields of a rolled-up tier; of the raw tier the metric's own field stands in their place. Two are read side by side, one row each time. */
  readonly fields: readonly string[];
  /** Flux's function that makes one value of a step where the samples are. */
  readonly inServer?: 'mean' | 'min' | 'max' | 'sum' | 'count' | 'last';
  /** Or else what is made here. */
  readonly fold?: StepFold;
  /** How far before the range samples are read. */
  readonly lookbackMs: number;
}

const IN_SERVER = { avg: 'mean', min: 'min', max: 'max', sum: 'sum', count: 'count', last: 'last' } as const;

/** `sum / n` of a row. */
export const AVERAGE = ['sum', 'n'];
/** A value that stands for `n` samples. */
export const WEIGHTED = [VALUE_FIELD, 'n'];

/**
 * Decides what is read of a tier, and where it is put together. Averages, extremes, sums, counts and last values are made in the server, which reads
 * blocks and not points for them. Percentiles and increases are made here: Flux makes a table for each step of each series for a percentile, which took
 * ten times as long as reading the samples, and knows no increase that begins before a step.
 *
 * A rolled-up gauge has `min`, `max`, `sum` and `n`, a counter `value` (its last), `increase` and `n`, a constant `value` and `n`.
 */
export function planPoints(tier: TierName, rollup: Rollup, aggregation: Aggregation): PointPlan {
  const isRolled = tier !== 'raw';
  const averages = { fields: AVERAGE, lookbackMs: 0 };
  const values = { fields: [VALUE_FIELD], lookbackMs: 0 };
  const samples = isRolled && rollup === 'gauge' ? averages : values;
  if (isPercentile(aggregation)) return { ...samples, fold: aggregation };
  if (aggregation === 'rate' || aggregation === 'increase') {
    if (isRolled && rollup === 'counter') return { ...values, fields: ['increase'], inServer: 'sum' };
    return { ...samples, fold: 'increase', lookbackMs: RATE_LOOKBACK_MS };
  }
  if (!isRolled) return { ...values, inServer: IN_SERVER[aggregation] };
  return rollup === 'gauge' ? planGauge(aggregation) : planValue(aggregation);
}

function isPercentile(aggregation: Aggregation): aggregation is 'p50' | 'p90' | 'p95' | 'p99' {
  return aggregation.startsWith('p');
}

function planGauge(aggregation: keyof typeof IN_SERVER): PointPlan {
  if (aggregation === 'avg') return { fields: AVERAGE, inServer: 'sum', lookbackMs: 0 };
  if (aggregation === 'last') return { fields: AVERAGE, inServer: 'last', lookbackMs: 0 };
  if (aggregation === 'count') return { fields: ['n'], inServer: 'sum', lookbackMs: 0 };
  return { fields: [aggregation], inServer: IN_SERVER[aggregation], lookbackMs: 0 };
}

/** Of counters and constants the row's value stands for all of its samples. */
function planValue(aggregation: keyof typeof IN_SERVER): PointPlan {
  if (aggregation === 'avg' || aggregation === 'sum') return { fields: WEIGHTED, fold: aggregation, lookbackMs: 0 };
  if (aggregation === 'count') return { fields: ['n'], inServer: 'sum', lookbackMs: 0 };
  return { fields: [VALUE_FIELD], inServer: IN_SERVER[aggregation], lookbackMs: 0 };
}
