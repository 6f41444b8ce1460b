import { formatDuration } from '../../core/duration.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A span for people: `12d`, `3h5m`, `40s`; the longer, the coarser. */
export function ageText(ms: number): string {
  const size = ms >= 2 * DAY_MS ? DAY_MS : ms >= HOUR_MS ? MINUTE_MS : 1000;
  return formatDuration(Math.max(0, Math.trunc(ms / size) * size));
}
