import type { LogFieldValue } from '../log-record.js';

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** The number that a field's value is compared as: itself, or a text that is written like a decimal one. */
export function numberOf(value: LogFieldValue): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : undefined;
}
