/** How many resolutions old the newest value may be; after that it is stale. */
const LOOKBACK_CYCLES = 3;
/** Kubelets may keep the same figures for 15 seconds, and then there is no rate in a cycle. */
const LEAST_LOOKBACK_MS = 45_000;

/** How old the newest value may be, in ms, unless a question says otherwise. */
export function usualLookbackMs(resolutionMs: number): number {
  return Math.max(LOOKBACK_CYCLES * resolutionMs, LEAST_LOOKBACK_MS);
}
