/**
 * Decides whether two readings of a counter make a rate, and which. Source: Heapster's rules (metrics/processors/rate_calculator.go), mended:
 * a counter that went back never gives a negative rate, and the result keeps its fraction.
 */

/** Start times are given in whole seconds and wander by that much when a kubelet restarts. */
const START_TOLERANCE_MS = 1000;

/**
 * The time between two readings of one counter, in ms by the node's own stamps; NaN when no rate may be made: the new stamp is not strictly
 * later, a stamp is unknown, the object started anew in between, or the readings are further apart than `maxWindowMs` (an average over a long
 * absence is not this cycle's rate).
 */
export function windowMs(
  lastAtMs: number,
  lastStartMs: number,
  prevAtMs: number,
  prevStartMs: number,
  maxWindowMs: number,
): number {
  const window = lastAtMs - prevAtMs;
  if (!(window > 0) || window > maxWindowMs) return NaN;
  return isSameRun(lastStartMs, prevStartMs, prevAtMs) ? window : NaN;
}

/**
 * Whether two readings are of the same run of an object. Equal start times say so. Start times a second apart do too when the later one is not
 * after the earlier reading. When a start time is unknown only the counter itself can tell, by going back.
 */
export function isSameRun(lastStartMs: number, prevStartMs: number, prevAtMs: number): boolean {
  if (Number.isNaN(lastStartMs) || Number.isNaN(prevStartMs) || lastStartMs === prevStartMs) return true;
  return Math.abs(lastStartMs - prevStartMs) <= START_TOLERANCE_MS && !(lastStartMs > prevAtMs);
}

/** Counts a second; NaN when the window is unknown, a value is, or the counter went back (it was reset). */
export function ratePerSecond(window: number, last: number, prev: number): number {
  return last >= prev ? (1000 * (last - prev)) / window : NaN;
}

/** CPU use in millicores, exact, from CPU time in ns over a window in ms; NaN as for `ratePerSecond`. */
export function cpuMillicores(window: number, lastNs: number, prevNs: number): number {
  return lastNs >= prevNs ? (lastNs - prevNs) / (1000 * window) : NaN;
}

/** Share of the time in which processes were stalled, from stalled time in us over a window in ms; NaN as for `ratePerSecond`. */
export function stallRatio(window: number, lastUs: number, prevUs: number): number {
  return lastUs >= prevUs ? (lastUs - prevUs) / (1000 * window) : NaN;
}
