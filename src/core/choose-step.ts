/**
 * Chooses the width of a point when the caller leaves it open: the smallest round width that gives at most so many points, is no finer than
 * what is kept, and holds the same number of rows in every step (a multiple of the resolution).
 */
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ROUND_MS = [
  ...[1, 5, 10, 15, 20, 30].map((amount) => amount * SECOND),
  ...[1, 2, 3, 5, 10, 15, 20, 30].map((amount) => amount * MINUTE),
  ...[1, 2, 3, 4, 6, 8, 12].map((amount) => amount * HOUR),
  ...[1, 2, 7].map((amount) => amount * DAY),
];

/** @param spanMs `to - from`, above 0 @param resolutionMs width of a row that is kept @param points the most that `spanMs / step` may give */
export function chooseStep(spanMs: number, resolutionMs: number, points: number): number {
  const least = spanMs / points;
  if (least <= resolutionMs) return resolutionMs;
  const round = ROUND_MS.find((ms) => ms >= least && ms % resolutionMs === 0);
  return round ?? Math.ceil(least / resolutionMs) * resolutionMs;
}

/** The smallest step, in whole seconds, that keeps a series of `spanMs` within `maxPoints`. */
export function smallestStep(spanMs: number, maxPoints: number): number {
  return Math.max(1, Math.ceil(spanMs / maxPoints / SECOND)) * SECOND;
}
