/**
 * About how many rows of a width lie in a range for so many objects: none are older than what is kept at all.
 *
 * @param oldestMs of each tier; absent where it holds nothing
 */
export function rowsBetween(
  range: { readonly fromMs: number; readonly toMs: number },
  resolutionMs: number,
  objects: number,
  oldestMs: readonly (number | undefined)[],
): number {
  const kept = oldestMs.filter((instant) => instant !== undefined);
  const sinceMs = kept.length === 0 ? range.toMs : Math.max(range.fromMs, Math.min(...kept));
  return objects * Math.max(0, Math.ceil((range.toMs - sinceMs) / resolutionMs));
}
