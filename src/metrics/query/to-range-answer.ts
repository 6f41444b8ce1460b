import { evaluateExpression } from '../core/query/evaluate-expression.js';
import { type Fill, type FilledPoint, fillPoints } from '../core/query/fill-points.js';
import { unitOfExpression } from '../core/query/unit-of-expression.js';
import { unitOfPoints } from '../core/query/unit-of-points.js';
import type { Coverage } from '../coverage.schema.js';
import type { MetricRange } from '../metric-query.schema.js';
import type { ParsedExpression } from './parse-expressions.js';
import type { QueryPlan } from './plan-range.js';
import type { FoundSeries } from './read-range.js';
import { timeOf, toObject } from './to-answer.js';

type Result = MetricRange['results'][number];
type AnsweredSeries = Omit<FoundSeries, 'points'> & { readonly points: readonly FilledPoint[] };

/** A result before it is printed. */
export interface Answered {
  readonly about: Omit<Result, 'series' | 'coverage'>;
  readonly series: readonly AnsweredSeries[];
  readonly coverage?: Coverage;
}

/** The result of a question. */
export interface FilledResult extends Answered {
  readonly plan: QueryPlan;
}

/** A question's result, cut to what may be answered, its gaps filled. @param steps that may be filled */
export function filledResult(
  plan: QueryPlan,
  found: readonly FoundSeries[],
  steps: readonly number[],
  fill: Fill,
): FilledResult {
  const { question, tier, maxSeries, truncatedBecause } = plan;
  const { id, metric, object, aggregation, groupBy, across, offset } = question;
  const truncated = found.length > maxSeries;
  const about = {
    id,
    metric: metric.metric.name,
    unit: unitOfPoints(metric.metric, aggregation, groupBy && across),
    object,
    aggregation,
    ...(groupBy ? { groupBy: [...groupBy], across: across ?? 'sum' } : {}),
    ...(offset === undefined ? {} : { offsetMs: offset }),
    resolution: tier.name,
    resolutionMs: tier.resolutionMs,
    truncated,
    ...(truncated ? { truncatedBecause } : {}),
  };
  const kept = truncated ? found.slice(0, maxSeries) : found;
  return { plan, about, series: kept.map((one) => ({ ...one, points: fillPoints(one.points, steps, fill) })) };
}

/** What an expression gives of the results that it names. A gap stays one, and is null where gaps are filled with it. */
export function computedResult(
  { id, text, expression, ids }: ParsedExpression,
  found: ReadonlyMap<string, FilledResult>,
  steps: readonly number[],
  fill: Fill,
): Answered {
  const series = evaluateExpression(expression, (one) => found.get(one)?.series ?? []);
  const unit = unitOfExpression(expression, (one) => found.get(one)?.about.unit);
  const sources = ids.flatMap((one) => found.get(one) ?? []);
  const cut = sources.find(({ about }) => about.truncated);
  const coarsest = sources.reduce<FilledResult | undefined>(
    (left, right) => (left && left.about.resolutionMs >= right.about.resolutionMs ? left : right),
    undefined,
  );
  return {
    about: {
      id,
      expression: text,
      ...(unit === undefined ? {} : { unit }),
      resolution: coarsest?.about.resolution ?? 'raw',
      resolutionMs: coarsest?.about.resolutionMs ?? 0,
      truncated: cut !== undefined,
      ...(cut ? { truncatedBecause: `Of ${cut.about.id}: ${String(cut.about.truncatedBecause)}` } : {}),
    },
    series: fill === 'null' ? series.map((one) => ({ ...one, points: withNulls(one.points, steps) })) : series,
  };
}

/** As the API shows it. */
export function toResult({ about, series, coverage }: Answered): Result {
  const times = new Map<number, string>();
  return {
    ...about,
    series: series.map(({ object, group, objects, points }) => ({
      ...(object ? { object: toObject(object) } : {}),
      ...(group ? { group: { ...group } } : {}),
      ...(objects === undefined ? {} : { objects }),
      points: points.map(([step, value]) => ({ time: timeOf(step, times), value })),
    })),
    ...(coverage ? { coverage } : {}),
  };
}

function withNulls(points: readonly FilledPoint[], steps: readonly number[]): FilledPoint[] {
  const known = new Map(points);
  return steps.map((step) => [step, known.get(step) ?? null]);
}
