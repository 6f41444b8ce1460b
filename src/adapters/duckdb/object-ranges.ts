import type { BackgroundConnection } from './background-connection.js';

/** Inclusive ids. */
export interface ObjectRange {
  readonly first: number;
  readonly last: number;
}

/** A query with a column `object_id`, and how many of its rows are worked on at once. */
export interface Weighed {
  readonly source: string;
  readonly rowsAtOnce: number;
}

/**
 * Cuts the objects of some sources into ranges of ids that are small enough to be worked on in DuckDB's memory one after the other: sorts and windows of more rows
 * than fit fail instead of going to the disk.
 * @returns none when the sources have no row
 */
export async function objectRanges(
  background: BackgroundConnection,
  sources: readonly Weighed[],
): Promise<ObjectRange[]> {
  const counts = sources.map(
    ({ source, rowsAtOnce }) =>
      `SELECT object_id, count(*) / ${String(rowsAtOnce)} AS weight FROM (${source}) GROUP BY object_id`,
  );
  if (counts.length === 0) return [];
  const result = await background.run(
    `SELECT object_id, sum(weight)::DOUBLE FROM (${counts.join(' UNION ALL ')}) GROUP BY object_id ORDER BY object_id`,
  );
  return cutRanges((await result.getRowsJS()) as [number, number][]);
}

/** @param objects id and weight, by id; a range's objects weigh at most 1 together, unless it has but one */
export function cutRanges(objects: readonly (readonly [id: number, weight: number])[]): ObjectRange[] {
  const ranges: { first: number; last: number }[] = [];
  let weight = 0;
  for (const [id, own] of objects) {
    const range = ranges.at(-1);
    if (range && weight + own <= 1) {
      range.last = id;
      weight += own;
    } else {
      ranges.push({ first: id, last: id });
      weight = own;
    }
  }
  return ranges;
}
