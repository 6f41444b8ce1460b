import type { DuckDBConnection } from '@duckdb/node-api';
import type { InstantQuery, InstantValue } from '../../metrics/metric-store.port.js';
import {
  findIds,
  IDENTITY_ORDER,
  idCondition,
  LISTED_IDS,
  OBJECT_COLUMNS,
  type ObjectCondition,
  toObject,
} from './object-query.js';
import { readRows } from './read-rows.js';

const ORDERS: Readonly<Record<InstantQuery['order'], string>> = {
  object: IDENTITY_ORDER,
  valueDescending: `s.v DESC, ${IDENTITY_ORDER}`,
  valueAscending: `s.v, ${IDENTITY_ORDER}`,
};

/** The newest value of each object, in the wanted order. @param rowsOf gives the rows within the look-back, for a condition on `p.object_id` */
export async function readInstant(
  connection: DuckDBConnection,
  condition: ObjectCondition,
  { order, limit }: Pick<InstantQuery, 'order' | 'limit'>,
  rowsOf: (objects: string) => string | undefined,
): Promise<InstantValue[]> {
  const rows = rowsOf(await narrow(connection, condition));
  if (rows === undefined) return [];
  const found = await readRows(
    connection,
    `SELECT s.newest_at::DOUBLE, s.v, ${OBJECT_COLUMNS}
     FROM (SELECT object_id, max(cycle_at) AS newest_at, arg_max(v, cycle_at) AS v FROM (${rows}) GROUP BY object_id) s
     JOIN objects o ON o.id = s.object_id JOIN label_sets l ON l.id = o.labels_id
     WHERE ${condition.sql} ORDER BY ${ORDERS[order]} LIMIT ${String(limit)}`,
  );
  return found.map(([cycleAtMs, value, ...columns]) => ({
    object: toObject(columns),
    cycleAtMs: Number(cycleAtMs),
    value: Number(value),
  }));
}

/** The condition that looks only at the wanted objects' rows, when they are few. */
async function narrow(connection: DuckDBConnection, condition: ObjectCondition): Promise<string> {
  if (condition.isWholeType) return 'true';
  const ids = await findIds(connection, condition, 'true', LISTED_IDS + 1);
  return ids.length > LISTED_IDS ? 'true' : idCondition(ids);
}
