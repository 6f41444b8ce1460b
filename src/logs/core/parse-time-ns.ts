const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9})\d*)?(?:(Z)|([+-])(\d\d):?(\d\d))$/i;

/**
 * An RFC 3339 instant as nanoseconds since the epoch, exact: with any number of fraction digits (those beyond the ninth are dropped) and any offset. Undefined for
 * what is none.
 */
export function parseTimeNs(text: string): bigint | undefined {
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
