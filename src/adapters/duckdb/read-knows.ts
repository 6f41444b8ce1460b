import type { DuckDBConnection } from '@duckdb/node-api';
import type { ObjectSelector } from '../../metrics/metric-store.port.js';
import type { Layout } from './metric-layout.js';
import { objectCondition } from './object-query.js';
import { readRows } from './read-rows.js';
import { partsOf, partSource, validRows } from './sample-source.js';

/** Whether any part of these kinds, of any tier, has a row of a matching object; the newest days are asked first. */
export async function readKnows(
  connection: DuckDBConnection,
  layout: Layout,
  folder: string,
  kinds: readonly string[],
  select: ObjectSelector,
): Promise<boolean> {
  const condition = await objectCondition(connection, select, undefined);
  const found = await readRows(connection, `SELECT 1 FROM objects o WHERE ${condition.sql} LIMIT 1`);
  if (found.length === 0) return false;
  for (const parts of Map.groupBy(partsOf(layout, kinds), ({ dayMs }) => dayMs).values()) {
    // One statement a day: between two, rows may have moved from the one table of a day to the other.
    const selects = parts.map(
      (part) =>
        `SELECT 1 FROM ${partSource(part, folder)} p
         WHERE p.object_id IN (SELECT o.id FROM objects o WHERE ${condition.sql}) AND ${validRows(layout, part)}`,
    );
    const kept = await readRows(connection, `SELECT 1 FROM (${selects.join(' UNION ALL ')}) LIMIT 1`);
    if (kept.length > 0) return true;
  }
  return false;
}
