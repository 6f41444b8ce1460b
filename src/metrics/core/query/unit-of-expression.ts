import type { Expression } from './parse-expression.js';

/** A number that has no unit. */
const NUMBER = '';

/**
 * The unit of what an expression gives; undefined where it has no name. Sums and differences of one unit keep it, as does what is multiplied with or divided by a
 * number or a ratio; two of one unit make a ratio.
 *
 * @param unitOf the unit of a query's series by its id
 */
export function unitOfExpression(
  expression: Expression,
  unitOf: (id: string) => string | undefined,
): string | undefined {
  const unit = unitIn(expression, unitOf);
  return unit === NUMBER ? undefined : unit;
}

function unitIn(expression: Expression, unitOf: (id: string) => string | undefined): string | undefined {
  if (expression.kind === 'number') return NUMBER;
  if (expression.kind === 'series') return unitOf(expression.id);
  const left = unitIn(expression.left, unitOf);
  const right = unitIn(expression.right, unitOf);
  if (left === undefined || right === undefined) return undefined;
  if (expression.operator === '*') return productOf(left, right);
  return expression.operator === '/' ? quotientOf(left, right) : sumOf(left, right);
}

function sumOf(left: string, right: string): string | undefined {
  if (left === NUMBER) return right;
  return right === NUMBER || left === right ? left : undefined;
}

function productOf(left: string, right: string): string | undefined {
  if (left === NUMBER) return right;
  if (right === NUMBER || right === 'ratio') return left;
  return left === 'ratio' ? right : undefined;
}

function quotientOf(left: string, right: string): string | undefined {
  if (right === NUMBER) return left;
  if (left === right) return 'ratio';
  return right === 'ratio' && left !== NUMBER ? left : undefined;
}
