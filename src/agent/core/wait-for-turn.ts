const MINUTE_MS = 60_000;

/**
 * How long the next one has to wait so that there are at most `perMinute` in any minute.
 * @param begunAtMs when those before began, in order, by the clock that `nowMs` is of
 */
export function waitForTurn(begunAtMs: readonly number[], perMinute: number, nowMs: number): number {
  const before = begunAtMs.at(-perMinute);
  return before === undefined ? 0 : Math.max(0, before + MINUTE_MS - nowMs);
}
