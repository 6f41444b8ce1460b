import {
  type Aggregation,
  type GroupAggregation,
  type GroupQuery,
  RATE_LOOKBACK_MS,
  type Series,
} from '../../src/metrics/metric-store.port.js';

/** A known value of one object. */
export interface KnownValue {
  readonly cycleAtMs: number;
  readonly value: number;
}

type Points = Series['points'];
type Fold = (values: readonly number[]) => number;
type StepQuery = Pick<GroupQuery, 'fromMs' | 'stepMs' | 'originMs' | 'aggregation'>;

const sum: Fold = (values) => values.reduce((total, value) => total + value, 0);
const avg: Fold = (values) => sum(values) / values.length;
const min: Fold = (values) => Math.min(...values);
const max: Fold = (values) => Math.max(...values);
const count: Fold = (values) => values.length;

/** Interpolates linearly between the two values that are nearest to the rank, as PostgreSQL's percentile_cont. */
const percentile =
  (share: number): Fold =>
  (values) => {
    const sorted = values.toSorted((left, right) => left - right);
    const rank = share * (sorted.length - 1);
    const low = sorted[Math.floor(rank)] ?? Number.NaN;
    const high = sorted[Math.ceil(rank)] ?? Number.NaN;
    return low + (high - low) * (rank - Math.floor(rank));
  };

const FOLDS: Readonly<Record<Exclude<Aggregation, 'rate' | 'increase'>, Fold>> = {
  avg,
  min,
  max,
  sum,
  count,
  last: (values) => values.at(-1) ?? Number.NaN,
  p50: percentile(0.5),
  p90: percentile(0.9),
  p95: percentile(0.95),
  p99: percentile(0.99),
};

const ACROSS: Readonly<Record<GroupAggregation, Fold>> = { sum, avg, min, max, count };

/** How far before its range an aggregation reads. */
export const lookbackMs = (aggregation: Aggregation): number =>
  aggregation === 'rate' || aggregation === 'increase' ? RATE_LOOKBACK_MS : 0;

/** The points of one object. @param values by time, from `fromMs - lookbackMs(aggregation)` on */
export function pointsOf(values: readonly KnownValue[], query: StepQuery): Points {
  const { aggregation, stepMs } = query;
  if (aggregation === 'increase') return foldSteps(increases(values), query, sum);
  if (aggregation === 'rate') return foldSteps(increases(values), query, (of) => sum(of) / (stepMs / 1000));
  return foldSteps(values, query, FOLDS[aggregation]);
}

/** The points of a group from those of its objects. */
export function acrossObjects(series: readonly Points[], across: GroupAggregation): Points {
  const steps = Map.groupBy(series.flat(), ([atMs]) => atMs);
  return [...steps]
    .map(([atMs, points]) => [atMs, ACROSS[across](points.map(([, value]) => value))] as const)
    .sort(([left], [right]) => left - right);
}

/** The first value has nothing before it, and so no increase; one that is smaller than the one before counts from zero. */
function increases(values: readonly KnownValue[]): KnownValue[] {
  return values.slice(1).map(({ cycleAtMs, value }, index) => {
    const before = values[index]?.value ?? 0;
    return { cycleAtMs, value: value < before ? value : value - before };
  });
}

function foldSteps(values: readonly KnownValue[], { fromMs, stepMs, originMs = 0 }: StepQuery, fold: Fold): Points {
  const inRange = values.filter(({ cycleAtMs }) => cycleAtMs >= fromMs);
  const steps = Map.groupBy(inRange, (at) => originMs + Math.floor((at.cycleAtMs - originMs) / stepMs) * stepMs);
  return [...steps].map(([atMs, inStep]) => [atMs, fold(inStep.map(({ value }) => value))] as const);
}
