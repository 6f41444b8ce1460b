import type { DuckDBConnection } from '@duckdb/node-api';
import type { MetricObject } from '../../metrics/core/sample.js';
import type { Series } from '../../metrics/metric-store.port.js';
import { readColumns } from './read-rows.js';

export interface FoundObject {
  readonly id: number;
  readonly object: MetricObject;
}

/** The series of these objects, in their order, without those that have no point. @param points a query of `pointsQuery` */
export async function readSeries(
  connection: DuckDBConnection,
  points: string,
  objects: readonly FoundObject[],
): Promise<Series[]> {
  const [ids = [], steps = [], values = []] = (await readColumns(
    connection,
    `SELECT object_id, step_at::DOUBLE, point FROM (${points}) ORDER BY object_id, step_at`,
  )) as number[][];
  const found = pointsByKey(ids, steps, values);
  return objects.flatMap(({ id, object }) => {
    const mine = found.get(id);
    return mine ? [{ object, points: mine }] : [];
  });
}

/** Puts rows that are ordered by key and step together to the points of each key. */
export function pointsByKey(
  keys: readonly number[],
  steps: readonly number[],
  values: readonly number[],
): Map<number, [number, number][]> {
  const byKey = new Map<number, [number, number][]>();
  let current: { readonly key: number; readonly points: [number, number][] } | undefined;
  for (const [row, key] of keys.entries()) {
    if (current?.key !== key) {
      current = { key, points: [] };
      byKey.set(key, current.points);
    }
    current.points.push([steps[row] ?? Number.NaN, values[row] ?? Number.NaN]);
  }
  return byKey;
}
