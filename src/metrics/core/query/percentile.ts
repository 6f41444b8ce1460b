/** The percentile of values, linear between the nearest two (as PostgreSQL's percentile_cont); undefined of none. @param share 0 to 1 */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((left, right) => left - right);
  const position = (sorted.length - 1) * share;
  const low = sorted[Math.floor(position)];
  const high = sorted[Math.ceil(position)];
  return low === undefined || high === undefined ? undefined : low + (high - low) * (position % 1);
}
