import { formatDuration } from '../../core/duration.js';
import { invalidInput } from '../../platform/errors.js';
import type { LimitName } from '../../platform/limits.js';
import { chooseTier, type ReachingTier, type TierChoice, tiersThatReach } from '../core/query/choose-tier.js';
import { rowsBetween } from '../core/query/rows-between.js';
import { shiftInstants } from '../core/query/shift-instants.js';
import { stepBoundaries } from '../core/query/step-boundaries.js';
import { stretchesOf, type Stretch } from '../core/query/stretches-of.js';
import type { ObjectSelector, TierName, TierState } from '../metric-store.port.js';
import { chooseStep } from '../../core/choose-step.js';
import {
  cutBecause,
  cutBy,
  type PointerTo,
  type QueryLimits,
  requireGroupLimit,
  requireLimit,
  requirePoints,
  requireRows,
  type Span,
} from './query-limits.js';
import { isoOf } from './iso-of.js';
import type { RangeQuestion, RangeRequest } from './range-request.js';

/** How one question is read. */
export interface QueryPlan extends Span {
  readonly question: RangeQuestion;
  readonly select: ObjectSelector;
  readonly tier: TierChoice<TierName>;
  /** What the store is asked for one after the other, already moved by the question's offset. */
  readonly stretches: readonly Stretch[];
  /** By the start of each step as it is read: the start as it is answered. Empty where the two are the same. */
  readonly askedSteps: ReadonlyMap<number, number>;
  /** About how many objects match. */
  readonly objects: number;
  readonly maxSeries: number;
  /** Which limit cuts, and what to do; said when there are more series than `maxSeries`. */
  readonly truncatedBecause: string;
  /** The limit of the product that cuts; undefined when it is the one that was asked for. */
  readonly cutBy: LimitName | undefined;
  readonly notes: readonly string[];
}

/** What is read: decided before anything is executed. */
export interface RangePlan extends Span {
  readonly stepMs: number;
  /** The starts of all steps. */
  readonly steps: readonly number[];
  readonly queries: readonly QueryPlan[];
  readonly notes: readonly string[];
}

/** What a plan is made from, beside the request. */
export interface PlanFacts {
  readonly span: Span;
  readonly tiers: readonly TierState[];
  /** What each question selects, in their order. */
  readonly selects: readonly ObjectSelector[];
  /** About how many objects match. */
  readonly countObjects: (select: ObjectSelector) => number;
  readonly limits: QueryLimits;
  readonly pointerTo: PointerTo;
}

/** A metric of a resource family exists several times for each object: about so often. */
export const RESOURCES_EACH = 4;
const DEFAULT_POINTS = 300;

interface Candidate extends Span {
  readonly question: RangeQuestion;
  readonly select: ObjectSelector;
  readonly reaching: readonly ReachingTier<TierName>[];
  readonly objects: number;
  readonly rowsOf: (resolutionMs: number) => number;
}

/**
 * Decides steps and tiers and holds them against the limits. The series are bounded so that the whole answer stays within `QUERY_MAX_CELLS` even when every
 * series has every point. One step holds for all questions of a request; it is raised where no tier that reaches back is as fine.
 *
 * @throws ProblemError 400 with the limit that is broken, its environment variable and the nearest that is allowed
 */
export function planRange(request: RangeRequest, facts: PlanFacts): RangePlan {
  const { span, limits, pointerTo } = facts;
  const spanMs = span.toMs - span.fromMs;
  const candidates = request.questions.map((question, index) => toCandidate(question, index, request, facts));
  const askedMs = stepOf(request, span, candidates, facts);
  const results = request.questions.length + (request.operations ?? request.expressions.length);
  let stepMs = askedMs;
  for (;;) {
    requirePoints(Math.ceil(spanMs / stepMs), { spanMs, stepMs, results }, limits, pointerTo);
    const boundaries = stepBoundaries({ ...span, stepMs, timeZone: request.timeZone });
    const steps = boundaries.slice(0, -1);
    requirePoints(steps.length, { spanMs, stepMs, results }, limits, pointerTo);
    const read = candidates.map((candidate) => readOf(candidate, boundaries, request, limits));
    const raisedMs = Math.max(...read.map(({ tier }) => (tier.fits ? stepMs : roundUp(stepMs, tier.resolutionMs))));
    if (raisedMs === stepMs || read.every(({ tier }) => tier.fits)) {
      const rows = read.reduce((sum, { tier }, index) => sum + (candidates[index]?.rowsOf(tier.resolutionMs) ?? 0), 0);
      requireRows(rows, spanMs, limits, pointerTo('from'));
      const notes = stepMs === askedMs ? [] : [raisedNote(askedMs, stepMs, span.fromMs)];
      const queries = read.map((one) => toPlan(one, steps.length, results, facts));
      return { ...span, stepMs, steps, queries, notes };
    }
    stepMs = raisedMs;
  }
}

function toCandidate(
  question: RangeQuestion,
  index: number,
  { timeZone }: RangeRequest,
  { span, tiers, selects, countObjects, limits }: PlanFacts,
): Candidate {
  const select = selects[index];
  if (!select) throw new RangeError('a question without its selector');
  const { offset = 0 } = question;
  const [fromMs = 0, toMs = 0] = shiftInstants([span.fromMs, span.toMs], offset, timeZone);
  const each = question.metric.metric.family && select.resource === undefined ? RESOURCES_EACH : 1;
  const objects = countObjects(select) * each;
  const oldest = tiers.map(({ oldestMs }) => oldestMs);
  return {
    question,
    select,
    fromMs,
    toMs,
    reaching: tiersThatReach(tiers, fromMs, limits.metricResolutionMs),
    objects,
    rowsOf: (resolutionMs) => rowsBetween({ fromMs, toMs }, resolutionMs, objects, oldest),
  };
}

/** The step that is asked for, or one that gives no more than the asked number of points. */
function stepOf(
  { step, maxPoints, timeZone }: RangeRequest,
  span: Span,
  candidates: readonly Candidate[],
  { limits, pointerTo }: PlanFacts,
): number {
  if (step !== undefined && maxPoints !== undefined) {
    throw invalidInput(pointerTo('maxPoints'), 'is given beside step; give one of the two');
  }
  if (step !== undefined) return step;
  if (maxPoints !== undefined && maxPoints > limits.queryMaxPoints) {
    throw invalidInput(
      pointerTo('maxPoints'),
      `must be at most ${limits.queryMaxPoints} (QUERY_MAX_POINTS)`,
      'QUERY_MAX_POINTS',
    );
  }
  const spanMs = span.toMs - span.fromMs;
  const finestMs = Math.max(
    ...candidates.map(({ reaching }) => reaching[0]?.resolutionMs ?? 0),
    limits.metricResolutionMs,
  );
  if (maxPoints === undefined) return chooseStep(spanMs, finestMs, DEFAULT_POINTS);
  for (let points = maxPoints; points > 1; points -= 1) {
    const stepMs = chooseStep(spanMs, finestMs, points);
    if (stepBoundaries({ ...span, stepMs, timeZone }).length - 1 <= maxPoints) return stepMs;
  }
  return chooseStep(spanMs, finestMs, 1);
}

type Read = Pick<QueryPlan, 'tier' | 'stretches' | 'askedSteps'> & { readonly candidate: Candidate };

function readOf(
  candidate: Candidate,
  boundaries: readonly number[],
  { timeZone }: RangeRequest,
  limits: QueryLimits,
): Read {
  const { question, reaching } = candidate;
  const { offset = 0, aggregation, metric } = question;
  const moved = offset === 0 ? boundaries : shiftInstants(boundaries, offset, timeZone);
  const stretches = stretchesOf(moved);
  const tier = chooseTier({
    reaching,
    stretches,
    rollup: metric.metric.rollup,
    aggregation,
    maxRows: limits.queryMaxRows,
    rowsOf: candidate.rowsOf,
  });
  const asked = offset === 0 ? [] : moved.map((start, index) => [start, boundaries[index] ?? start] as const);
  return { candidate, tier, stretches, askedSteps: new Map(asked) };
}

function toPlan(
  { candidate, ...read }: Read,
  points: number,
  results: number,
  { limits, pointerTo }: PlanFacts,
): QueryPlan {
  const { question, select, fromMs, toMs, objects } = candidate;
  const { limit, groupBy, aggregation, at } = question;
  const fieldOf = (field: string): string => pointerTo(`${at}${field}`);
  const most = groupBy ? requireGroupLimit(limit, limits, fieldOf) : requireLimit(limit, limits, fieldOf);
  const fit = Math.floor(limits.queryMaxCells / (points * results));
  const shared = results === 1 ? '' : ` for each of ${results} results`;
  const whole = wholeRows({ fromMs, toMs }, read.tier);
  return {
    ...read,
    question,
    select,
    objects,
    ...whole,
    stretches: read.stretches.filter(
      ({ startMs, endMs }) => Math.max(startMs, whole.fromMs) < Math.min(endMs, whole.toMs),
    ),
    maxSeries: Math.min(most, fit),
    truncatedBecause:
      fit < most
        ? `${fit} series of ${points} points${shared} are as many as one answer holds (QUERY_MAX_CELLS=${limits.queryMaxCells}): select fewer objects or take a larger step.`
        : cutBecause(groupBy ? 'groups' : 'series', most, limit),
    cutBy: fit < most ? 'QUERY_MAX_CELLS' : cutBy(groupBy ? 'groups' : 'series', limit),
    notes: read.tier.isExact ? [] : [inexactNote(aggregation, read.tier.name)],
  };
}

/** Rolled-up rows cannot be cut: those that touch the range count whole. */
function wholeRows({ fromMs, toMs }: Span, { name, resolutionMs }: TierChoice<TierName>): Span {
  if (name === 'raw') return { fromMs, toMs };
  return { fromMs: Math.floor(fromMs / resolutionMs) * resolutionMs, toMs: roundUp(toMs, resolutionMs) };
}

function roundUp(ms: number, unitMs: number): number {
  return Math.ceil(ms / unitMs) * unitMs;
}

function raisedNote(askedMs: number, stepMs: number, fromMs: number): string {
  return `The step is ${formatDuration(stepMs)}, not ${formatDuration(askedMs)}: rows that reach back to ${isoOf(fromMs)} are not kept finer, or would be too many (QUERY_MAX_ROWS).`;
}

/** What stands for an exact value where a tier does not keep one. */
export function inexactNote(aggregation: string, tier: TierName): string {
  return /^p\d+$/.test(aggregation)
    ? `${aggregation} is of the averages of ${tier}: single samples are not kept so long.`
    : `${aggregation} is made of the rows of ${tier}, each by its average or last value: single samples are not kept so long.`;
}
