import type { Metric } from '../core/catalogue/metric.js';
import { chooseTier, tiersThatReach } from '../core/query/choose-tier.js';
import { rowsBetween } from '../core/query/rows-between.js';
import type { Aggregation, TierName, TierState } from '../metric-store.port.js';
import { inexactNote } from './plan-range.js';
import type { Span } from './query-limits.js';

/** How one value an object is read of a span. */
export interface WholeSpanPlan extends Span {
  readonly tier: TierName;
  readonly resolutionMs: number;
  readonly rows: number;
  readonly notes: readonly string[];
}

export interface WholeSpanQuestion extends Span {
  readonly tiers: readonly TierState[];
  readonly rawMs: number;
  readonly metric: Metric;
  readonly aggregation: Aggregation;
  /** About how many objects are read. */
  readonly objects: number;
  readonly maxRows: number;
}

/** Rows at the edges count whole: the span is not made longer than by this share at each. */
const EDGE = 1 / 24;

/** Chooses the tier of which one value for a whole span is made, and moves the span out to whole rows of it. */
export function planWholeSpan(question: WholeSpanQuestion): WholeSpanPlan {
  const { fromMs, toMs, tiers, rawMs, metric, aggregation, objects, maxRows } = question;
  const spanMs = toMs - fromMs;
  const all = tiersThatReach(tiers, fromMs, rawMs);
  const narrow = all.filter(({ resolutionMs }, index) => index === 0 || resolutionMs <= spanMs * EDGE);
  const oldest = tiers.map(({ oldestMs }) => oldestMs);
  const rowsOf = (resolutionMs: number): number => rowsBetween({ fromMs, toMs }, resolutionMs, objects, oldest);
  const { rollup } = metric;
  const tier = chooseTier({ reaching: narrow, stretches: [], rollup, aggregation, maxRows, rowsOf });
  const unitMs = tier.name === 'raw' ? 1 : tier.resolutionMs;
  return {
    fromMs: Math.floor(fromMs / unitMs) * unitMs,
    toMs: Math.ceil(toMs / unitMs) * unitMs,
    tier: tier.name,
    resolutionMs: tier.resolutionMs,
    rows: rowsOf(tier.resolutionMs),
    notes: tier.isExact ? [] : [inexactNote(aggregation, tier.name)],
  };
}
