import type { RangeQuery } from '../../metrics/metric-store.port.js';
import type { PointPlan, StepFold } from './plan-points.js';

/** `[ms since the epoch, value]` */
export type Point = readonly [number, number];

/** A value that was read. */
export interface Reading {
  readonly atMs: number;
  readonly value: number;
  /** How many samples it stands for. */
  readonly weight: number;
}

export type Steps = Pick<RangeQuery, 'stepMs' | 'originMs'>;

/** The start of the step that an instant lies in. */
export function stepOf(atMs: number, { stepMs, originMs = 0 }: Steps): number {
  return originMs + Math.floor((atMs - originMs) / stepMs) * stepMs;
}

/**
 * Makes one object's points of its samples (or of the values that the server made of them), which are in the order of time and begin `plan.lookbackMs`
 * before the range.
 */
export function stepPoints(
  readings: readonly Reading[],
  query: Steps & Pick<RangeQuery, 'fromMs' | 'aggregation'>,
  { fold }: PointPlan,
): Point[] {
  const perStep = query.aggregation === 'rate' ? query.stepMs / 1000 : 1;
  if (fold === undefined) return readings.map(({ atMs, value }) => [stepOf(atMs, query), value / perStep]);
  const values = fold === 'increase' ? increases(readings) : readings;
  const inRange = values.filter(({ atMs }) => atMs >= query.fromMs);
  const steps = Map.groupBy(inRange, ({ atMs }) => stepOf(atMs, query));
  return [...steps].map(([step, inStep]) => [step, FOLDS[fold](inStep) / perStep]);
}

/** Since the sample before; a counter that went back counts from zero. */
function increases(readings: readonly Reading[]): Reading[] {
  return readings
    .slice(1)
    .map(({ atMs, value }, index) => ({ atMs, value: increaseSince(readings[index]?.value ?? 0, value), weight: 1 }));
}

/** How much a counter grew from one sample to the next. */
export const increaseSince = (before: number, value: number): number => (value < before ? value : value - before);

type Fold = (readings: readonly Reading[]) => number;

const total: Fold = (readings) => readings.reduce((sum, { value, weight }) => sum + value * weight, 0);

/** Linear between the two nearest values, as PostgreSQL's percentile_cont. */
const percentile =
  (share: number): Fold =>
  (readings) => {
    const sorted = readings.map(({ value }) => value).sort((left, right) => left - right);
    const rank = share * (sorted.length - 1);
    const low = sorted[Math.floor(rank)] ?? Number.NaN;
    const high = sorted[Math.ceil(rank)] ?? Number.NaN;
    return low + (high - low) * (rank - Math.floor(rank));
  };

const FOLDS: Readonly<Record<StepFold, Fold>> = {
  p50: percentile(0.5),
  p90: percentile(0.9),
  p95: percentile(0.95),
  p99: percentile(0.99),
  increase: total,
  sum: total,
  avg: (readings) => total(readings) / readings.reduce((sum, { weight }) => sum + weight, 0),
};
