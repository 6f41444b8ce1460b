import type { RangeQuery } from '../../metrics/metric-store.port.js';
import type { PointPlan } from './plan-points.js';

/** `[ms since the epoch, value]` */
export type Point = readonly [number, number];

export type Steps = Pick<RangeQuery, 'stepMs' | 'originMs'>;

/** The start of the step that an instant lies in. */
export function stepOf(atMs: number, { stepMs, originMs = 0 }: Steps): number {
  return originMs + Math.floor((atMs - originMs) / stepMs) * stepMs;
}

/**
 * Makes one object's points of its samples (or of the values that the server made of them), which are in the order of time and begin `plan.lookbackMs`
 * before the range.
 */
export function stepPoints(samples: readonly Point[], query: Steps & RangePart, plan: PointPlan): Point[] {
  const perStep = query.aggregation === 'rate' ? query.stepMs / 1000 : 1;
  if (plan.inServer) return samples.map(([atMs, value]) => [stepOf(atMs, query), value / perStep]);
  const values = plan.percentile === undefined ? increases(samples) : samples;
  const inRange = values.filter(([atMs]) => atMs >= query.fromMs);
  const steps = Map.groupBy(inRange, ([atMs]) => stepOf(atMs, query));
  return [...steps].map(([step, points]) => {
    const inStep = points.map(([, value]) => value);
    return [step, plan.percentile === undefined ? sum(inStep) / perStep : percentile(inStep, plan.percentile)];
  });
}

type RangePart = Pick<RangeQuery, 'fromMs' | 'aggregation'>;

/** Since the sample before; a counter that went back counts from zero. */
function increases(samples: readonly Point[]): Point[] {
  return samples.slice(1).map(([atMs, value], index) => {
    const before = samples[index]?.[1] ?? 0;
    return [atMs, value < before ? value : value - before];
  });
}

/** Linear between the two nearest values, as PostgreSQL's percentile_cont. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const rank = share * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] ?? Number.NaN;
  const high = sorted[Math.ceil(rank)] ?? Number.NaN;
  return low + (high - low) * (rank - Math.floor(rank));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
