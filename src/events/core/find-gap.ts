/**
 * Which events a list cannot give back after nobody has followed for a while. An event object lives for an hour after its last change (the API server's
 * `--event-ttl`, 1 h unless set), so what changed last more than that ago is gone.
 */

/** The API server's default. */
export const EVENT_TTL_MS = 3_600_000;

/** @param asOfMs the instant that what is kept is as of; undefined: nothing was ever kept, and nothing is missing that was */
export function findGap(asOfMs: number | undefined, nowMs: number): { fromMs: number; toMs: number } | undefined {
  const toMs = nowMs - EVENT_TTL_MS;
  return asOfMs === undefined || asOfMs >= toMs ? undefined : { fromMs: asOfMs, toMs };
}
