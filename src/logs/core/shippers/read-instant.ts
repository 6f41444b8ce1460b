import { parseTimeNs } from '../parse-time-ns.js';

/** What a signed 64-bit number of nanoseconds holds: until the year 2262. */
const LAST_NS = 2n ** 63n - 1n;
const DIGITS = /^(\d{1,20})(?:\.(\d{1,9})\d*)?$/;

/**
 * The instant that a shipper wrote, nanoseconds since the epoch: RFC 3339, or a number of seconds (with a fraction or without), milliseconds, microseconds or nanoseconds
 * since the epoch, told apart by their size. Undefined for what is none, and for what lies before 1970 or after 2262.
 */
export function readInstant(value: unknown): bigint | undefined {
  const instant =
    typeof value === 'string' ? ofText(value) : typeof value === 'number' ? ofText(String(value)) : undefined;
  return instant !== undefined && instant > 0n && instant <= LAST_NS ? instant : undefined;
}

function ofText(text: string): bigint | undefined {
  // RFC 3339 has its first dash there.
  const [, whole, fraction = ''] = text[4] === '-' ? [] : (DIGITS.exec(text) ?? []);
  if (whole === undefined) return parseTimeNs(text) ?? parseTimeNs(`${text}Z`);
  const count = BigInt(whole);
  const unitDigits = whole.length <= 11 ? 9 : whole.length <= 14 ? 6 : whole.length <= 17 ? 3 : 0;
  return count * 10n ** BigInt(unitDigits) + BigInt(fraction.padEnd(unitDigits, '0').slice(0, unitDigits) || '0');
}
