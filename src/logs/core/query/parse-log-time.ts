import { instantAt, parseTime, type TimePoint } from '../../../core/time-range.js';

/**
 * Instants as in every question (`core/time-range.ts`), but RFC 3339 down to the nanosecond: what an answer shows can be asked for as it stands.
 */
export interface LogTimePoint {
  readonly point: TimePoint;
  /** Nanoseconds beyond the millisecond, 0 to 999,999. */
  readonly beyondNs: number;
}

const BEYOND_MS = /:\d{2}\.\d{3}(\d{1,6})(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** @throws TimeError */
export function parseLogTime(text: string): LogTimePoint {
  const point = parseTime(text);
  const beyond = BEYOND_MS.exec(text)?.[1] ?? '';
  return { point, beyondNs: Number(beyond.padEnd(6, '0')) };
}

/** Nanoseconds since the epoch, as of `nowMs`. */
export function nsAt({ point, beyondNs }: LogTimePoint, nowMs: number): bigint {
  return BigInt(instantAt(point, nowMs)) * 1_000_000n + BigInt(beyondNs);
}
