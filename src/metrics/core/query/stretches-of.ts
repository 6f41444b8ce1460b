/** Steps of one width, one after the other: what a store can be asked in one go. */
export interface Stretch {
  /** Start of the first step, ms since the epoch; the others follow every `stepMs`. */
  readonly startMs: number;
  /** End of the last step. */
  readonly endMs: number;
  readonly stepMs: number;
}

/**
 * Puts steps of equal width together. Steps that have no width (an instant that a shifted clock names twice) are left out.
 *
 * @param boundaries as `stepBoundaries` gives them
 */
export function stretchesOf(boundaries: readonly number[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const [index, endMs] of boundaries.entries()) {
    const startMs = boundaries[index - 1];
    if (startMs === undefined || endMs <= startMs) continue;
    const stepMs = endMs - startMs;
    const last = stretches.at(-1);
    if (last?.stepMs === stepMs && last.endMs === startMs) stretches[stretches.length - 1] = { ...last, endMs };
    else stretches.push({ startMs, endMs, stepMs });
  }
  return stretches;
}
