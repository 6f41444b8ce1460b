import type { Condition } from './stack.js';

/** Whether a condition holds with these parameters. */
export function holds(condition: Condition, parameters: Readonly<Record<string, unknown>>): boolean {
  const value = parameters[condition.parameter];
  if ('is' in condition) return condition.is.includes(value);
  if ('isNot' in condition) return !condition.isNot.includes(value);
  return (value !== undefined) === condition.isSet;
}
