import type { TimePoint } from '../../core/time-range.js';
import type { Fill } from '../core/query/fill-points.js';
import type { GroupField } from '../core/query/group-key.js';
import type { MetricQuery, QueryMetrics } from '../metric-query.schema.js';
import type { Aggregation, GroupAggregation } from '../metric-store.port.js';
import type { ParsedQuestion } from './question-fields.js';

/** One metric over time, as part of a request. */
export interface RangeQuestion extends ParsedQuestion {
  readonly id: string;
  readonly aggregation: Aggregation;
  readonly groupBy?: readonly GroupField[] | undefined;
  readonly across?: GroupAggregation | undefined;
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
  /** What stands before its fields' names in errors: `queries/0/` of a body. */
  readonly at: string;
}

/** One computation with the series of questions. */
export interface AskedExpression {
  readonly id: string;
  readonly expression: string;
  readonly at: string;
}

/** A request in one form, whether it came as an address or as a body. */
export interface RangeRequest {
  readonly questions: readonly RangeQuestion[];
  readonly expressions: readonly AskedExpression[];
  /** How many results the expressions make on their way, each of as many points as a question's; unless given, one each. */
  readonly operations?: number;
  readonly from: TimePoint;
  readonly to: TimePoint;
  readonly step?: number | undefined;
  readonly maxPoints?: number | undefined;
  readonly fill: Fill;
  readonly timeZone: string;
}

/** The id of a question that was given none: `a` to `z`, then `a1` and so on. */
function idAt(index: number): string {
  const round = Math.floor(index / 26);
  return `${String.fromCodePoint(97 + (index % 26))}${round === 0 ? '' : round}`;
}

export function requestOfQuery({
  metric,
  expression,
  from,
  to,
  step,
  maxPoints,
  fill,
  timeZone,
  ...rest
}: QueryMetrics): RangeRequest {
  const questions = metric.map((asked, index) => ({ ...rest, metric: asked, id: idAt(index), at: '' }));
  const expressions = expression === undefined ? [] : [{ id: 'expression', expression, at: '' }];
  return { questions, expressions, from, to, step, maxPoints, fill, timeZone };
}

export function requestOfBody({ queries, expressions, ...span }: MetricQuery): RangeRequest {
  return {
    ...span,
    questions: queries.map((query, index) => ({ ...query, id: query.id ?? idAt(index), at: `queries/${index}/` })),
    expressions: expressions.map((one, index) => ({ ...one, at: `expressions/${index}/` })),
  };
}
