import { invalidInput } from '../../platform/errors.js';
import { type Expression, ExpressionError, idsOf, parseExpression } from '../core/query/parse-expression.js';
import type { PointerTo, QueryLimits } from './query-limits.js';
import type { AskedExpression, RangeRequest } from './range-request.js';

export interface ParsedExpression {
  readonly id: string;
  readonly text: string;
  readonly expression: Expression;
  /** The ids of the questions that it computes with. */
  readonly ids: readonly string[];
}

/** The request's expressions, each held against its limits and against the ids that there are. @throws ProblemError 400 */
export function parseExpressions(
  { questions, expressions }: Pick<RangeRequest, 'questions' | 'expressions'>,
  limits: Pick<QueryLimits, 'queryMaxExpressionLength' | 'queryMaxExpressionDepth'>,
  pointerTo: PointerTo,
): ParsedExpression[] {
  const ids = new Set<string>();
  for (const { id, at } of [...questions, ...expressions]) {
    if (ids.has(id)) throw invalidInput(pointerTo(`${at}id`), `${JSON.stringify(id)} is another one's id already`);
    ids.add(id);
  }
  const known = questions.map(({ id }) => id);
  return expressions.map((asked) => parseOne(asked, known, limits, pointerTo(`${asked.at}expression`)));
}

function parseOne(
  { id, expression: text }: AskedExpression,
  known: readonly string[],
  {
    queryMaxExpressionLength,
    queryMaxExpressionDepth,
  }: Pick<QueryLimits, 'queryMaxExpressionLength' | 'queryMaxExpressionDepth'>,
  pointer: string,
): ParsedExpression {
  if (text.length > queryMaxExpressionLength) {
    throw invalidInput(
      pointer,
      `is ${text.length} characters long, at most ${queryMaxExpressionLength} are allowed (QUERY_MAX_EXPRESSION_LENGTH)`,
      'QUERY_MAX_EXPRESSION_LENGTH',
    );
  }
  const expression = parsed(text, queryMaxExpressionDepth, pointer);
  const ids = idsOf(expression);
  const unknown = ids.find((one) => !known.includes(one));
  if (unknown !== undefined || ids.length === 0) {
    const problem = unknown === undefined ? 'names no query' : `${unknown} is no query here`;
    throw invalidInput(pointer, `${problem}; there are ${known.join(', ')}`);
  }
  return { id, text, expression, ids };
}

function parsed(text: string, maxDepth: number, pointer: string): Expression {
  try {
    return parseExpression(text, maxDepth);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    if (!error.problem.startsWith('is more than')) throw invalidInput(pointer, error.message);
    const limit = 'QUERY_MAX_EXPRESSION_DEPTH';
    throw invalidInput(pointer, `${error.message} (${limit})`, limit);
  }
}
