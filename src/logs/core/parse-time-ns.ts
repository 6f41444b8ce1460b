const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9})\d*)?(?:(Z)|([+-])(\d\d):?(\d\d))$/i;

/**
 * An RFC 3339 instant as nanoseconds since the epoch, exact: with any number of fraction digits (those beyond the ninth are dropped) and any offset. Undefined for
 * what is none.
 */
export function parseTimeNs(text: string): bigint | undefined {
  return usualForm(text) ?? anyForm(text);
}

const BILLION = 1_000_000_000n;
const ZERO = 48;

/** `2026-01-01T10:00:07.123456789Z`, as nearly every line bears it, without an expression and a Date for each; undefined for every other form. */
function usualForm(text: string): bigint | undefined {
  const { length } = text;
  if (
    length < 20 ||
    length === 21 ||
    length > 30 ||
    text[19] !== (length === 20 ? 'Z' : '.') ||
    text[length - 1] !== 'Z'
  )
    return undefined;
  if (text[4] !== '-' || text[7] !== '-' || text[10] !== 'T' || text[13] !== ':' || text[16] !== ':') return undefined;
  const [month, day, hour] = [digits(text, 5, 7), digits(text, 8, 10), digits(text, 11, 13)];
  const seconds = digits(text, 14, 16) * 60 + digits(text, 17, 19);
  const fraction = length > 21 ? digits(text, 20, length - 1) * 10 ** (30 - length) : 0;
  const isUsual =
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 28 &&
    hour <= 23 &&
    seconds < 3600 &&
    text.charCodeAt(17) < ZERO + 6;
  const whole = Date.UTC(digits(text, 0, 4), month - 1, day, hour) / 1000 + seconds;
  return isUsual && Number.isFinite(whole + fraction) ? BigInt(whole) * BILLION + BigInt(fraction) : undefined;
}

/** NaN where one is none. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

function anyForm(text: string): bigint | undefined {
  const match = text.length <= 64 ? RFC_3339.exec(text) : null;
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', utc, sign, offsetHour, offsetMinute] = match;
  const [monthNumber, dayNumber] = [Number(month), Number(day)];
  const dayMs = Date.UTC(Number(year), monthNumber - 1, dayNumber);
  const isDay = monthNumber >= 1 && monthNumber <= 12 && new Date(dayMs).getUTCDate() === dayNumber;
  // 60 is a leap second.
  if (!isDay || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const offset = utc === undefined ? (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -1 : 1) : 0;
  const seconds = dayMs / 1000 + Number(hour) * 3600 + (Number(minute) - offset) * 60 + Number(second);
  return BigInt(seconds) * 1_000_000_000n + BigInt(Number(fraction.padEnd(9, '0')));
}
