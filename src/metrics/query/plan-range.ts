import { formatDuration } from '../../core/duration.js';
import { instantAt, type TimePoint } from '../../core/time-range.js';
import type { Config } from '../../platform/config.js';
import { invalidInput } from '../../platform/errors.js';
import { chooseStep, smallestStep } from './choose-step.js';

export type QueryLimits = Pick<
  Config,
  'queryMaxSeries' | 'queryMaxPoints' | 'queryMaxCells' | 'queryMaxSpanMs' | 'metricResolutionMs'
>;

/** What a range query asks for. */
export interface AskedRange {
  readonly from: TimePoint;
  readonly to: TimePoint;
  readonly step?: number | undefined;
  readonly limit?: number | undefined;
}

/** What is read: decided before anything is executed. */
export interface RangePlan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  readonly maxSeries: number;
  /** Which limit cuts, and what to do; said when there are more series than `maxSeries`. */
  readonly truncatedBecause: string;
}

/**
 * Resolves the range against the present and holds it against the limits. The series are bounded so that the whole answer stays within
 * `QUERY_MAX_CELLS` even when every series has every point.
 *
 * @param pointerTo names a field in errors
 * @throws ProblemError 400 with the limit that is broken, its environment variable and the nearest that is allowed
 */
export function planRange(
  { from, to, step, limit }: AskedRange,
  nowMs: number,
  limits: QueryLimits,
  pointerTo: (field: string) => string,
): RangePlan {
  const fromMs = instantAt(from, nowMs);
  const toMs = instantAt(to, nowMs);
  const spanMs = toMs - fromMs;
  if (spanMs <= 0) {
    throw invalidInput(pointerTo('from'), `${isoOf(fromMs)} is not before to, which is ${isoOf(toMs)}`);
  }
  if (spanMs > limits.queryMaxSpanMs) {
    const most = formatDuration(limits.queryMaxSpanMs);
    throw invalidInput(
      pointerTo('from'),
      `the range is ${formatDuration(spanMs)} long, at most ${most} is allowed (QUERY_MAX_SPAN)`,
    );
  }
  const stepMs = step ?? chooseStep(spanMs, limits.metricResolutionMs);
  const points = Math.ceil(spanMs / stepMs);
  requirePoints(spanMs, points, stepMs, limits, pointerTo);
  const mostSeries = requireLimit(limit, limits, pointerTo);
  const seriesThatFit = Math.floor(limits.queryMaxCells / points);
  return {
    fromMs,
    toMs,
    stepMs,
    maxSeries: Math.min(mostSeries, seriesThatFit),
    truncatedBecause:
      seriesThatFit < mostSeries
        ? `${seriesThatFit} series of ${points} points are as many as one answer holds (QUERY_MAX_CELLS=${limits.queryMaxCells}): select fewer objects or take a larger step.`
        : cutBecause('series', mostSeries, limit),
  };
}

/** How many objects or series an answer may have: what was asked for, within `QUERY_MAX_SERIES`. @throws ProblemError 400 */
export function requireLimit(
  limit: number | undefined,
  { queryMaxSeries }: Pick<QueryLimits, 'queryMaxSeries'>,
  pointerTo: (field: string) => string,
): number {
  if (limit === undefined) return queryMaxSeries;
  if (limit <= queryMaxSeries) return limit;
  throw invalidInput(pointerTo('limit'), `must be at most ${queryMaxSeries} (QUERY_MAX_SERIES)`);
}

/** Which limit cut, in a sentence. */
export function cutBecause(what: 'series' | 'objects', most: number, limit: number | undefined): string {
  const which = limit === undefined ? 'QUERY_MAX_SERIES' : 'limit';
  return `More than ${most} ${what} match (${which}): select fewer${limit === undefined ? '' : ', or give a larger limit'}.`;
}

function requirePoints(
  spanMs: number,
  points: number,
  stepMs: number,
  { queryMaxPoints, queryMaxCells }: QueryLimits,
  pointerTo: (field: string) => string,
): void {
  const most = Math.min(queryMaxPoints, queryMaxCells);
  if (points <= most) return;
  const variable = queryMaxPoints <= queryMaxCells ? 'QUERY_MAX_POINTS' : 'QUERY_MAX_CELLS';
  const smallest = formatDuration(smallestStep(spanMs, most));
  throw invalidInput(
    pointerTo('step'),
    `${formatDuration(stepMs)} makes ${points} points a series, at most ${most} are allowed (${variable}): the smallest step for this range is ${smallest}`,
  );
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
