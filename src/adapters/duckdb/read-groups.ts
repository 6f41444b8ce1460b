import { type DuckDBConnection, listValue } from '@duckdb/node-api';
import type { GroupAggregation, GroupSeries } from '../../metrics/metric-store.port.js';
import { pointsByKey } from './read-series.js';

/** How the points of a group's objects at one step become the group's. */
const ACROSS: Readonly<Record<GroupAggregation, string>> = {
  sum: 'sum(point)',
  avg: 'avg(point)',
  min: 'min(point)',
  max: 'max(point)',
  count: 'count(point)',
};

/** Which group each object is in. */
export interface Grouping {
  /** The groups' keys, in order; an object names its group by the position here. */
  readonly keys: readonly string[];
  readonly objectIds: readonly number[];
  /** Of each of `objectIds`, in the same order. */
  readonly groups: readonly number[];
}

/**
 * Puts the points of objects together in the engine, so that only the groups' points leave it.
 * @param points a query of `pointsQuery`, which may name `membership` (`object_id`, `grp`); objects that the grouping leaves out are left out
 */
export async function readGroups(
  connection: DuckDBConnection,
  points: string,
  { keys, objectIds, groups }: Grouping,
  { across, maxGroups }: { readonly across: GroupAggregation; readonly maxGroups: number },
): Promise<GroupSeries[]> {
  if (keys.length === 0) return [];
  const chosen =
    keys.length > maxGroups
      ? `WHERE grp IN (SELECT DISTINCT grp FROM grouped ORDER BY grp LIMIT ${String(maxGroups)})`
      : '';
  const result = await connection.runAndReadAll(
    `WITH membership AS (SELECT unnest($1)::UINTEGER AS object_id, unnest($2)::INTEGER AS grp),
       grouped AS MATERIALIZED (SELECT g.grp, p.object_id, p.step_at, p.point FROM (${points}) p JOIN membership g ON g.object_id = p.object_id)
     SELECT grp, NULL::DOUBLE AS step, count(DISTINCT object_id)::DOUBLE AS value FROM grouped ${chosen} GROUP BY grp
     UNION ALL
     SELECT grp, step_at::DOUBLE, (${ACROSS[across]})::DOUBLE FROM grouped ${chosen} GROUP BY grp, step_at
     ORDER BY grp, step NULLS FIRST`,
    [listValue([...objectIds]), listValue([...groups])],
  );
  const [found = [], steps = [], values = []] = result.getColumns() as number[][];
  return [...pointsByKey(found, steps, values)].map(([group, [objects, ...ofGroup]]) => ({
    group: keys[group] ?? '',
    objects: objects?.[1] ?? 0,
    points: ofGroup,
  }));
}
