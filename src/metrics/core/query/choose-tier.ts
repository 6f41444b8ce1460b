import type { Rollup } from '../catalogue/metric.js';
import type { Stretch } from './stretches-of.js';

/**
 * Chooses how finely kept rows a query reads: the coarsest whose rows fit into its steps and that reach back to its start, because fewer rows are read for
 * the same answer. Where a coarser row does not hold what is asked (a percentile, the last value of a gauge), the finest that reaches back. When no row fits,
 * the finest that reaches back is read and the step must be raised to a multiple of it.
 */
export interface TierChoice<Name extends string> {
  readonly name: Name;
  readonly resolutionMs: number;
  /** False: the step must be raised to a multiple of `resolutionMs`. */
  readonly fits: boolean;
  /** False: what is answered is made of a row's average or last value instead of all samples. */
  readonly isExact: boolean;
}

/** As a store tells of a tier. */
export interface KeptTier<Name extends string> {
  readonly name: Name;
  readonly resolutionMs?: number | undefined;
  readonly oldestMs?: number | undefined;
}

/** A tier that is there, and how wide its rows are. */
export interface ReachingTier<Name extends string> {
  readonly name: Name;
  readonly resolutionMs: number;
}

export interface TierQuestion<Name extends string> {
  /** The tiers that reach back far enough, the finest first: `tiersThatReach`. */
  readonly reaching: readonly ReachingTier<Name>[];
  readonly stretches: readonly Stretch[];
  readonly rollup: Rollup;
  readonly aggregation: string;
  /** How many rows are read of a tier at most: a finer one that would take more is passed over. */
  readonly maxRows: number;
  /** How many rows of this width are read. */
  readonly rowsOf: (resolutionMs: number) => number;
}

const PERCENTILE = /^p\d+$/;
const KEPT: Readonly<Record<Rollup, ReadonlySet<string>>> = {
  gauge: new Set(['avg', 'min', 'max', 'sum', 'count']),
  counter: new Set(['last', 'count', 'rate', 'increase']),
  constant: new Set(['avg', 'min', 'max', 'sum', 'count', 'last']),
};

/**
 * The tiers that hold what there is from an instant on, the finest first: those that begin at or before it, and those than which no coarser one holds more.
 *
 * @param rawMs time between two collections, the width of a raw row
 */
export function tiersThatReach<Name extends string>(
  tiers: readonly KeptTier<Name>[],
  fromMs: number,
  rawMs: number,
): ReachingTier<Name>[] {
  const all = tiers.map((tier) => ({ ...tier, resolutionMs: tier.resolutionMs ?? rawMs }));
  const filled = all.filter(({ oldestMs }) => oldestMs !== undefined);
  const reaching = filled.filter(({ oldestMs = 0 }) => {
    const isOlder = (other: (typeof filled)[number]): boolean => (other.oldestMs ?? 0) + other.resolutionMs <= oldestMs;
    return oldestMs <= fromMs || !filled.some(isOlder);
  });
  const found = reaching.length > 0 ? reaching : all.slice(0, 1);
  return found.map(({ name, resolutionMs }) => ({ name, resolutionMs }));
}

/** Chooses among the tiers that reach back. @param question whose `reaching` is not empty */
export function chooseTier<Name extends string>(question: TierQuestion<Name>): TierChoice<Name> {
  const { reaching, stretches, rollup, aggregation, maxRows, rowsOf } = question;
  const [finest] = reaching;
  if (!finest) throw new RangeError('no tier to choose from');
  const isExact = KEPT[rollup].has(aggregation) && !PERCENTILE.test(aggregation);
  const affordable = reaching.filter(({ resolutionMs }) => rowsOf(resolutionMs) <= maxRows);
  const able = affordable.length > 0 ? affordable : reaching.slice(-1);
  const fitting = able.filter(({ name, resolutionMs }) => name === 'raw' || isWithin(resolutionMs, stretches));
  const chosen = isExact ? fitting.at(-1) : fitting[0];
  const { name, resolutionMs } = chosen ?? able[0] ?? finest;
  return { name, resolutionMs, fits: chosen !== undefined, isExact: isExact || name === 'raw' };
}

/** Whether every step is made of whole rows. */
function isWithin(resolutionMs: number, stretches: readonly Stretch[]): boolean {
  return stretches.every(({ startMs, stepMs }) => stepMs % resolutionMs === 0 && startMs % resolutionMs === 0);
}
