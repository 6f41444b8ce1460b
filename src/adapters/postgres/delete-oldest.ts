import { type Kysely, type RawBuilder, sql } from 'kysely';

/** Which rows of a table are to go. */
interface OldRows<Tables, Table extends keyof Tables & string> {
  readonly table: Table;
  readonly key: keyof Tables[Table] & string;
  /** The column of the time by which a row is old. */
  readonly at: keyof Tables[Table] & string;
  readonly beforeMs: number;
  /** The most rows of one call, so that none holds the records for long. */
  readonly limit: number;
  /** True of rows that stay whatever their age. */
  readonly unless?: RawBuilder<boolean>;
}

/** Deletes the oldest rows of before an instant. @returns how many; fewer than `limit` means that no more are left */
export async function deleteOldest<Tables, Table extends keyof Tables & string>(
  tables: Kysely<Tables>,
  { table, key, at, beforeMs, limit, unless }: OldRows<Tables, Table>,
): Promise<number> {
  const isOld = sql`${sql.ref(at)} < ${new Date(beforeMs)}`;
  const goes = unless === undefined ? isOld : sql`${isOld} AND NOT (${unless})`;
  const oldest = sql`SELECT ${sql.ref(key)} FROM ${sql.table(table)} WHERE ${goes} ORDER BY ${sql.ref(at)} LIMIT ${limit}`;
  const deleted = await sql`DELETE FROM ${sql.table(table)} WHERE ${sql.ref(key)} IN (${oldest})`.execute(tables);
  return Number(deleted.numAffectedRows);
}
