import { parseDuration } from './duration.js';

/**
 * Instants as users type them: RFC 3339 (`2026-01-01T10:00:00Z`, any offset), seconds or milliseconds since the epoch, `now`, and durations
 * before or after now (`now-15m`, `-15m`, `now+1h`).
 *
 * Reading the text needs no clock; `instantAt` gives the instant when the present is known, so that two relative ends of a range stand on the
 * same present. Numbers below 100,000,000,000 are seconds (which last until the year 5138), larger ones are milliseconds (from 1973 on).
 */

/** The text is not an instant. */
export class TimeError extends Error {
  override readonly name = 'TimeError';

  constructor(
    readonly text: string,
    hint = '',
  ) {
    super(
      `${JSON.stringify(text)} is not a time such as 2026-01-01T10:00:00Z, 1767261600 (seconds or milliseconds since 1970), now or now-15m${hint}`,
    );
  }
}

/** An instant (`epochMs`), or a distance from now in milliseconds (`fromNowMs`, negative before now). */
export type TimePoint = { readonly epochMs: number } | { readonly fromNowMs: number };

const SECONDS_BELOW = 100_000_000_000;
/** 2261-12-31T23:59:59.999Z: about the last instant that engines which count nanoseconds can hold. */
const LATEST_MS = 9_214_646_399_999;
const NUMBER = /^\d{1,15}(?:\.\d{1,9})?$/;
const RELATIVE = /^(?:now)?([+-])(.+)$/;
const RFC_3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d{2}):(\d{2}))$/;
const SPACE_FOR_PLUS = /\d \d{2}:\d{2}$/;

/** Reads an instant; fractions of a millisecond are cut off. @throws TimeError */
export function parseTime(value: string | number): TimePoint {
  const text = String(value);
  if (text === 'now') return { fromNowMs: 0 };
  if (NUMBER.test(text)) return { epochMs: fromEpoch(Number(text)) };
  const [, sign, distance] = RELATIVE.exec(text) ?? [];
  if (distance !== undefined) return { fromNowMs: (sign === '-' ? -1 : 1) * durationOf(distance, text) };
  return { epochMs: fromRfc3339(text) };
}

/** The instant in ms since the epoch, as of `nowMs`. What lies before 1970 is 1970, and what lies after 2261 its end: no engine holds more. */
export function instantAt(point: TimePoint, nowMs: number): number {
  const ms = 'epochMs' in point ? point.epochMs : nowMs + point.fromNowMs;
  return Math.min(Math.max(ms, 0), LATEST_MS);
}

function fromEpoch(amount: number): number {
  return Math.floor(amount < SECONDS_BELOW ? Math.round(amount * 1e6) / 1e3 : amount);
}

function durationOf(distance: string, text: string): number {
  try {
    return parseDuration(distance);
  } catch {
    throw new TimeError(text);
  }
}

function fromRfc3339(text: string): number {
  const found = RFC_3339.exec(text);
  if (!found)
    throw new TimeError(text, SPACE_FOR_PLUS.test(text) ? '; in a URL the + of an offset is written %2B' : '');
  const [, day = '', hour = '', minute = '', second = '', fraction = '', , sign, offsetHour, offsetMinute] = found;
  const dayMs = Date.parse(`${day}T00:00:00Z`);
  const isDay = !Number.isNaN(dayMs) && new Date(dayMs).toISOString().startsWith(day);
  // second 60 is a leap second: the first instant of the next minute
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60;
  const isOffset = Number(offsetHour ?? 0) < 24 && Number(offsetMinute ?? 0) < 60;
  if (!isDay || !isTime || !isOffset) throw new TimeError(text);
  const offsetMs = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * 60_000;
  const clockMs = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
  return dayMs + clockMs + Number(fraction.slice(0, 3).padEnd(3, '0')) + (sign === '-' ? offsetMs : -offsetMs);
}
