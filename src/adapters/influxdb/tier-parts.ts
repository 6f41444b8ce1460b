import { type RangeQuery, type RolledTier, type TierName, TIERS } from '../../metrics/metric-store.port.js';
import { stepOf } from './step-points.js';

/** The part of a range that one tier answers. */
export interface TierPart {
  readonly tier: TierName;
  /** Inclusive, ms since the epoch. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

/** The span that a tier has rolled up. */
export interface RolledUp {
  /** Start of its oldest row. */
  readonly oldestMs: number;
  /** End of its newest row: a multiple of its width. */
  readonly untilMs: number;
}

/**
 * Cuts a range: the tier that is asked for answers as far as it is rolled up, then the next finer one, and raw samples the rest. The cut lies between two
 * steps, so that each step is made of one tier. Where the finer tier no longer reaches back to the start of the step in which the coarser one ends, that
 * step has what the coarser one holds.
 */
export function tierParts(query: Span, rolledUp: ReadonlyMap<TierName, RolledUp>): TierPart[] {
  const parts: TierPart[] = [];
  let fromMs = query.fromMs;
  for (const tier of TIERS.slice(0, TIERS.indexOf(query.tier ?? 'raw') + 1).toReversed()) {
    if (fromMs >= query.toMs) break;
    const ends = tier === 'raw' ? { toMs: query.toMs, nextMs: query.toMs } : endOf(tier, query, rolledUp);
    if (ends.toMs > fromMs) {
      parts.push({ tier, fromMs, toMs: ends.toMs });
      fromMs = ends.nextMs;
    }
  }
  return parts;
}

type Span = Pick<RangeQuery, 'fromMs' | 'toMs' | 'stepMs' | 'originMs' | 'tier'>;

/** Where the tier's part ends, and where the next begins. */
function endOf(tier: RolledTier, query: Span, rolledUp: ReadonlyMap<TierName, RolledUp>) {
  const untilMs = rolledUp.get(tier)?.untilMs ?? Number.NEGATIVE_INFINITY;
  if (untilMs >= query.toMs) return { toMs: query.toMs, nextMs: query.toMs };
  const cutMs = stepOf(untilMs, query);
  const finer = rolledUp.get(TIERS[TIERS.indexOf(tier) - 1] ?? 'raw');
  const isKept = finer === undefined || finer.oldestMs <= cutMs;
  return isKept ? { toMs: cutMs, nextMs: cutMs } : { toMs: untilMs, nextMs: cutMs + query.stepMs };
}
