import { type DuckDBConnection, listValue } from '@duckdb/node-api';
import type { GroupAggregation } from '../../metrics/metric-store.port.js';
import type { GatheredGroups } from './gathered-groups.js';
import { readColumns } from './read-rows.js';

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
 * Puts the points of objects together in the engine, so that only the groups' points leave it, and adds them to what was read of the steps before.
 * @param points a query of `pointsQuery`, which may name `membership` (`object_id`, `grp`); objects that the grouping leaves out are left out
 */
export async function readGroups(
  connection: DuckDBConnection,
  points: string,
  { objectIds, groups }: Grouping,
  across: GroupAggregation,
  into: GatheredGroups,
): Promise<void> {
  const { lastWanted } = into;
  const chosen = lastWanted === undefined ? '' : `WHERE g.grp <= ${String(lastWanted)}`;
  // a result without rows has no columns
  const [found = [], steps = [], values = []] = (await readColumns(
    connection,
    `WITH membership AS (SELECT unnest($1)::UINTEGER AS object_id, unnest($2)::INTEGER AS grp),
       grouped AS MATERIALIZED (SELECT g.grp, p.object_id, p.step_at, p.point FROM (${points}) p JOIN membership g ON g.object_id = p.object_id ${chosen})
     SELECT DISTINCT grp, NULL::DOUBLE AS step, object_id::DOUBLE AS value FROM grouped
     UNION ALL
     SELECT grp, step_at::DOUBLE, (${ACROSS[across]})::DOUBLE FROM grouped GROUP BY grp, step_at
     ORDER BY grp, step NULLS FIRST`,
    [listValue([...objectIds]), listValue([...groups])],
  )) as [number[]?, (number | null)[]?, number[]?];
  into.add(found, steps, values);
}
