/**
 * Puts the counts of a histogram together: one bucket a step, and of what they are split by the values with the most occurrences. What lacks a value, and the
 * values that are not shown, are in the bucket's sum alone.
 */

interface Count {
  readonly fromMs: number;
  readonly value?: string;
  readonly occurrences: number;
  readonly events: number;
}

export interface CountBucket {
  readonly fromMs: number;
  readonly occurrences: number;
  readonly events: number;
  /** Occurrences by value. */
  readonly values: ReadonlyMap<string, number>;
}

/** @param counts by time */
export function bucketCounts(
  counts: readonly Count[],
  maxValues: number,
): { readonly buckets: readonly CountBucket[]; readonly values: readonly string[] } {
  const totals = new Map<string, number>();
  for (const { value, occurrences } of counts)
    if (value !== undefined) totals.set(value, (totals.get(value) ?? 0) + occurrences);
  const values = [...totals]
    .sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
    .slice(0, maxValues)
    .map(([value]) => value);
  const shown = new Set(values);
  const groups = Map.groupBy(counts, ({ fromMs }) => fromMs);
  const buckets = [...groups].map(([fromMs, group]) => ({
    fromMs,
    occurrences: group.reduce((sum, { occurrences }) => sum + occurrences, 0),
    events: group.reduce((sum, { events }) => sum + events, 0),
    values: new Map(
      group.flatMap(({ value, occurrences }): [string, number][] =>
        value !== undefined && shown.has(value) ? [[value, occurrences]] : [],
      ),
    ),
  }));
  return { buckets, values };
}
