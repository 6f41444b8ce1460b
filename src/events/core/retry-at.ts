const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

/** When a sink that failed is tried again, ms since the epoch: 5 s after the first failure, twice as long after each further one, at most a minute. */
export function retryAt(failuresInRow: number, lastFailureAtMs: number): number {
  return lastFailureAtMs + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failuresInRow - 1));
}
