import type { Aggregation, RangeQuery } from '../../metrics/metric-store.port.js';

type Fold = (values: readonly number[], start: number, end: number) => number;

/** What `pointsQuery` makes of raw samples, for the aggregations that are made here as well; from a first value on to before `end`, of which there is one at least. */
const FOLDS: Partial<Record<Aggregation, Fold>> = {
  avg: (values, start, end) => sum(values, start, end) / (end - start),
  min: (values, start, end) => values.slice(start, end).reduce((left, right) => Math.min(left, right)),
  max: (values, start, end) => values.slice(start, end).reduce((left, right) => Math.max(left, right)),
  sum,
  count: (_, start, end) => end - start,
  last: (values, _, end) => values[end - 1] ?? Number.NaN,
};

/** Whether `foldSamples` can. */
export function isFolded(aggregation: Aggregation): boolean {
  return FOLDS[aggregation] !== undefined;
}

/**
 * Puts the raw samples of one object together to its points. Of few rows that costs a twentieth of what DuckDB takes to plan and make a table of groups.
 * @param instants ms, in any order; mostly ascending runs, as the tables and files give them
 * @param values of the same samples
 * @returns as `Series.points`
 */
export function foldSamples(
  instants: readonly number[],
  values: readonly number[],
  { aggregation, stepMs, originMs = 0 }: Pick<RangeQuery, 'aggregation' | 'stepMs' | 'originMs'>,
): [number, number][] {
  const fold = FOLDS[aggregation];
  if (!fold) throw new RangeError(`${aggregation} is made in the engine`);
  const order = [...instants.keys()].sort((left, right) => (instants[left] ?? 0) - (instants[right] ?? 0));
  const sorted = order.map((row) => values[row] ?? Number.NaN);
  const points: [number, number][] = [];
  let start = 0;
  let startMs = Number.NEGATIVE_INFINITY;
  for (const [place, row] of order.entries()) {
    const atMs = instants[row] ?? 0;
    if (atMs < startMs + stepMs) continue;
    if (place > start) points.push([startMs, fold(sorted, start, place)]);
    start = place;
    startMs = originMs + Math.floor((atMs - originMs) / stepMs) * stepMs;
  }
  if (order.length > start) points.push([startMs, fold(sorted, start, order.length)]);
  return points;
}

function sum(values: readonly number[], start: number, end: number): number {
  let total = 0;
  for (let place = start; place < end; place += 1) total += values[place] ?? 0;
  return total;
}
