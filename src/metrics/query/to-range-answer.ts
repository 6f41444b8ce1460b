import { evaluateExpression, type KnownSeries } from '../core/query/evaluate-expression.js';
import { type Fill, type FilledPoint, fillPoints } from '../core/query/fill-points.js';
import { keyFields } from '../core/query/group-key.js';
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
  /** The steps of which something can be known by now. */
  readonly steps: readonly number[];
}

/** A question's result, cut to what may be answered, its gaps filled as far as its steps are not to come. @param asked the starts of all steps */
export function filledResult(
  plan: QueryPlan,
  found: readonly FoundSeries[],
  asked: readonly number[],
  nowMs: number,
  fill: Fill,
): FilledResult {
  const { question, tier, maxSeries, truncatedBecause } = plan;
  const steps = stepsUntil(nowMs, plan, asked);
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
  return { plan, about, steps, series: kept.map((one) => ({ ...one, points: fillPoints(one.points, steps, fill) })) };
}

/** With an offset the steps are read earlier than they are answered: those to come may be known long since. */
function stepsUntil(nowMs: number, { question, askedSteps }: QueryPlan, asked: readonly number[]): readonly number[] {
  const lastMs = question.offset === undefined ? nowMs : [...askedSteps].findLast(([readMs]) => readMs <= nowMs)?.[1];
  return asked.filter((step) => lastMs !== undefined && step <= lastMs);
}

/** What an expression gives of the results that it names. A gap stays one, and is null where gaps are filled with it. */
export function computedResult(
  { id, text, expression, ids }: ParsedExpression,
  found: ReadonlyMap<string, FilledResult>,
  fill: Fill,
): Answered {
  const series = evaluateExpression(expression, (one) => seriesOf(found.get(one)));
  const unit = unitOfExpression(expression, (one) => found.get(one)?.about.unit);
  const sources = ids.flatMap((one) => found.get(one) ?? []);
  // all begin with the first of those that were asked for
  const [steps = []] = sources.map((source) => source.steps).toSorted((left, right) => left.length - right.length);
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

/** A group without a label is not the group of everything: what it is grouped by goes along. */
function seriesOf(result: FilledResult | undefined): KnownSeries[] {
  const { groupBy } = result?.plan.question ?? {};
  const fields = groupBy && keyFields(groupBy);
  return (result?.series ?? []).map((one) => ({ ...one, ...(fields && { groupedBy: fields }) }));
}

function withNulls(points: readonly FilledPoint[], steps: readonly number[]): FilledPoint[] {
  const known = new Map(points);
  return steps.map((step) => [step, known.get(step) ?? null]);
}
