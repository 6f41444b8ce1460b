/**
 * Kubernetes quantities (`100m`, `1.5Gi`, `12e6`), exact down to a billionth.
 *
 * Follows k8s.io/apimachinery pkg/api/resource/quantity.go (v0.34): what is finer than nano is rounded away from zero, what is larger than
 * 2^63-1 is capped, and reading in whole or milli units rounds away from zero as `Value()` and `MilliValue()` do.
 */

/** An exact amount in billionths (nano) of the base unit: one core, one byte, one thing. */
export interface Quantity {
  readonly nanos: bigint;
}

/** The text is not a Kubernetes quantity. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';

  constructor(readonly text: string) {
    super(`${JSON.stringify(text)} is not a quantity such as 250m, 1.5Gi or 12e6`);
  }
}

const NANO = 1_000_000_000n;
const MAX_NANOS = (2n ** 63n - 1n) * NANO;
const SYNTAX = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d+))?$/;
const MAX_LENGTH = 64;
/** Beyond this power of ten every amount of at most 64 digits is capped (or, below, rounded to one nano). */
const MAX_EXPONENT = 100;
const BINARY: Record<string, bigint> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };
const DECIMAL: Record<string, number> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/** @throws QuantityError */
export function parseQuantity(text: string): Quantity {
  const match = text.length <= MAX_LENGTH ? SYNTAX.exec(text) : null;
  if (!match) throw new QuantityError(text);
  const [, sign, whole = '', afterDot = '', onlyFraction, binary, decimal, exponent] = match;
  const fraction = onlyFraction ?? afterDot;
  const digits = BigInt(`${whole}${fraction}` || '0');
  const power = 9 - fraction.length + (decimal ? (DECIMAL[decimal] ?? 0) : clampExponent(exponent));
  const nanos = scale(digits << (binary ? (BINARY[binary] ?? 0n) : 0n), power);
  const capped = nanos > MAX_NANOS ? MAX_NANOS : nanos;
  return { nanos: sign === '-' ? -capped : capped };
}

/** Thousandths of the unit, rounded away from zero: `100m` of CPU is 100. @throws QuantityError */
export function toMillicores(quantity: string | Quantity): number {
  return Number(divideAwayFromZero(nanosOf(quantity), 1_000_000n));
}

/** Whole units, rounded away from zero: `1Ki` of memory is 1024. Exact to 2^53. @throws QuantityError */
export function toBytes(quantity: string | Quantity): number {
  return Number(divideAwayFromZero(nanosOf(quantity), NANO));
}

function nanosOf(quantity: string | Quantity): bigint {
  return typeof quantity === 'string' ? parseQuantity(quantity).nanos : quantity.nanos;
}

function clampExponent(exponent: string | undefined): number {
  return Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, Number(exponent ?? 0)));
}

function scale(digits: bigint, power: number): bigint {
  return power >= 0 ? digits * 10n ** BigInt(power) : divideAwayFromZero(digits, 10n ** BigInt(-power));
}

function divideAwayFromZero(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  if (quotient * divisor === value) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
}
