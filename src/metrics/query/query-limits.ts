import { formatDuration } from '../../core/duration.js';
import { instantAt, type TimePoint } from '../../core/time-range.js';
import type { Config } from '../../platform/config.js';
import { invalidInput } from '../../platform/errors.js';
import type { LimitName } from '../../platform/limits.js';
import { smallestStep } from '../../core/choose-step.js';
import { isoOf } from './iso-of.js';

/**
 * The limits of a question, held before anything is executed. Each error is a 400 that names the field, the limit, its environment variable and the nearest
 * that is allowed.
 */
export type QueryLimits = Pick<
  Config,
  | 'queryMaxSeries'
  | 'queryMaxPoints'
  | 'queryMaxCells'
  | 'queryMaxSpanMs'
  | 'queryMaxRows'
  | 'queryMaxQueries'
  | 'queryMaxGroups'
  | 'queryMaxExpressionLength'
  | 'queryMaxExpressionDepth'
  | 'metricResolutionMs'
> & {
  /** What bounds the points instead of `QUERY_MAX_POINTS` and `QUERY_MAX_CELLS`, for an export. */
  readonly pointsVariable?: LimitName;
};

/** Names a field in errors. */
export type PointerTo = (field: string) => string;

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Resolves a range against the present. @throws ProblemError 400 */
export function requireSpan(
  { from, to }: { readonly from: TimePoint; readonly to: TimePoint },
  nowMs: number,
  { queryMaxSpanMs }: Pick<QueryLimits, 'queryMaxSpanMs'>,
  pointerTo: PointerTo,
): Span {
  const fromMs = instantAt(from, nowMs);
  const toMs = instantAt(to, nowMs);
  const spanMs = toMs - fromMs;
  if (spanMs <= 0) {
    throw invalidInput(pointerTo('from'), `${isoOf(fromMs)} is not before to, which is ${isoOf(toMs)}`);
  }
  if (spanMs > queryMaxSpanMs) {
    const most = formatDuration(queryMaxSpanMs);
    throw invalidInput(
      pointerTo('from'),
      `the range is ${formatDuration(spanMs)} long, at most ${most} is allowed (QUERY_MAX_SPAN)`,
      'QUERY_MAX_SPAN',
    );
  }
  return { fromMs, toMs };
}

/** How many objects or series an answer may have: what was asked for, within the limit. @throws ProblemError 400 */
export function requireLimit(
  limit: number | undefined,
  { queryMaxSeries }: Pick<QueryLimits, 'queryMaxSeries'>,
  pointerTo: PointerTo,
): number {
  return requireAtMost(limit, queryMaxSeries, 'QUERY_MAX_SERIES', pointerTo('limit'));
}

/** How many groups a result may have. @throws ProblemError 400 */
export function requireGroupLimit(
  limit: number | undefined,
  { queryMaxGroups }: Pick<QueryLimits, 'queryMaxGroups'>,
  pointerTo: PointerTo,
): number {
  return requireAtMost(limit, queryMaxGroups, 'QUERY_MAX_GROUPS', pointerTo('limit'));
}

/** @param points how many a series has @param results how many results share the cells of an answer @throws ProblemError 400 */
export function requirePoints(
  points: number,
  asked: { readonly spanMs: number; readonly stepMs: number; readonly results: number },
  { queryMaxPoints, queryMaxCells, pointsVariable }: QueryLimits,
  pointerTo: PointerTo,
): void {
  const cells = Math.floor(queryMaxCells / asked.results);
  const most = Math.min(queryMaxPoints, cells);
  if (points <= most) return;
  const variable = pointsVariable ?? (queryMaxPoints <= cells ? 'QUERY_MAX_POINTS' : 'QUERY_MAX_CELLS');
  const smallest = formatDuration(smallestStep(asked.spanMs, Math.max(1, most - 1)));
  throw invalidInput(
    pointerTo('step'),
    `${formatDuration(asked.stepMs)} makes ${points} points a series, at most ${most} are allowed (${variable}): the smallest step for this range is ${smallest}`,
    variable,
  );
}

/** @param rows how many a request makes the store read, about @throws ProblemError 400 */
export function requireRows(
  rows: number,
  spanMs: number,
  { queryMaxRows }: Pick<QueryLimits, 'queryMaxRows'>,
  pointer: string,
): void {
  if (rows <= queryMaxRows) return;
  const longestMs = Math.max(1000, Math.floor((spanMs * queryMaxRows) / rows / 1000) * 1000);
  throw invalidInput(
    pointer,
    `about ${rows} rows would be read, at most ${queryMaxRows} may be (QUERY_MAX_ROWS): select fewer objects, or a range of at most about ${formatDuration(longestMs)}`,
    'QUERY_MAX_ROWS',
  );
}

/** @throws ProblemError 400 */
export function requireQueries(
  count: number,
  { queryMaxQueries }: Pick<QueryLimits, 'queryMaxQueries'>,
  pointer: string,
): void {
  if (count <= queryMaxQueries) return;
  throw invalidInput(
    pointer,
    `there are ${count} queries and expressions, at most ${queryMaxQueries} are allowed (QUERY_MAX_QUERIES)`,
    'QUERY_MAX_QUERIES',
  );
}

type Counted = 'series' | 'objects' | 'groups';

/** Which limit cuts; undefined when it is the one that was asked for. */
export function cutBy(what: Counted, limit: number | undefined): LimitName | undefined {
  if (limit !== undefined) return undefined;
  return what === 'groups' ? 'QUERY_MAX_GROUPS' : 'QUERY_MAX_SERIES';
}

/** Which limit cut, in a sentence. */
export function cutBecause(what: Counted, most: number, limit: number | undefined): string {
  const which = cutBy(what, limit) ?? 'limit';
  return `More than ${most} ${what} match (${which}): select fewer${limit === undefined ? '' : ', or give a larger limit'}.`;
}

function requireAtMost(limit: number | undefined, most: number, variable: LimitName, pointer: string): number {
  if (limit === undefined) return most;
  if (limit <= most) return limit;
  throw invalidInput(pointer, `must be at most ${most} (${variable})`, variable);
}
