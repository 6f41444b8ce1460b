import type { DuckDBConnection } from '@duckdb/node-api';
import { damageOf } from './damage-error.js';
import { partOf, WRITTEN } from './metric-layout.js';

/** The name under which a database is attached that rows are taken from. */
export type Source = 'damaged' | 'copied';

export interface Table {
  readonly source: string;
  readonly name: string;
  /** The statement that makes it. */
  readonly sql: string;
  readonly columns: readonly string[];
  /** DuckDB's estimate; never less than there are. */
  readonly rows: number;
}

export interface Salvaged {
  readonly rows: number;
  /** Rows that are lost, or taken without some of their metrics. */
  readonly rowsDamaged: number;
}

/** DuckDB's row group: a damaged block costs the rows of one. */
const ROW_GROUP = 122_880;
/** Without these a sample is nobody's. */
const REQUIRED = ['cycle_at', 'scope_id', 'object_id'];

/** The tables of an attached database (or of the connection's own: `memory`), by name. */
export async function tablesOf(
  connection: DuckDBConnection,
  source: Source | 'memory' | undefined,
): Promise<Map<string, Table>> {
  if (source === undefined) return new Map();
  const database = source === 'memory' ? 'current_database()' : `'${source}'`;
  const result = await connection.runAndReadAll(
    `SELECT t.table_name, t.sql, t.estimated_size::DOUBLE, list(c.column_name ORDER BY c.column_index)
     FROM duckdb_tables() t JOIN duckdb_columns() c USING (database_name, schema_name, table_name)
     WHERE database_name = ${database} AND schema_name = 'main' GROUP BY ALL ORDER BY 1`,
  );
  const rows = result.getRowsJS() as [string, string, number, string[]][];
  return new Map(rows.map(([name, sql, rows, columns]) => [name, { source, name, sql, rows, columns }]));
}

/**
 * Makes a table as it is in its source, and takes the rows that can be read. Where a damaged block holds only columns that may be unknown, the rows are
 * taken without these.
 * @param condition on the rows
 */
export async function salvageTable(connection: DuckDBConnection, table: Table, condition = 'true'): Promise<Salvaged> {
  await connection.run(table.sql);
  const whole = await attempt(connection, insertOf(table, condition));
  if (whole !== undefined) return { rows: whole, rowsDamaged: 0 };
  let rows = 0;
  let rowsDamaged = 0;
  for (let from = 0; from < table.rows; from += ROW_GROUP) {
    const group = `rowid >= ${String(from)} AND rowid < ${String(from + ROW_GROUP)}`;
    const sql = insertOf(table, `${group} AND ${condition}`);
    const taken = await attempt(connection, sql);
    if (taken === undefined) {
      rowsDamaged += Math.min(ROW_GROUP, table.rows - from);
      rows += await salvageColumns(connection, table, group, condition);
    } else rows += taken;
  }
  return { rows, rowsDamaged };
}

/** Takes the rows of a group with NULL for the columns that cannot be read; none when a key is among them. */
async function salvageColumns(
  connection: DuckDBConnection,
  table: Table,
  group: string,
  condition: string,
): Promise<number> {
  const damaged = new Set<string>();
  for (const column of table.columns) {
    const probe = `SELECT max("${column}") FROM ${table.source}.${table.name} WHERE ${group}`;
    if ((await attempt(connection, probe)) === undefined) damaged.add(column);
  }
  if (REQUIRED.some((column) => !table.columns.includes(column) || damaged.has(column))) return 0;
  return (await attempt(connection, insertOf(table, `${group} AND ${condition}`, damaged))) ?? 0;
}

function insertOf(
  { source, name, columns }: Table,
  condition: string,
  without: ReadonlySet<string> = new Set(),
): string {
  const list = columns.map((column) => (without.has(column) ? 'NULL' : `"${column}"`)).join(', ');
  return `INSERT INTO ${name} SELECT ${list} FROM ${source}.${name} WHERE ${condition}`;
}

/**
 * Takes the tables that are no part of the catalogue: open days, and what makes rows void. Rows whose object or scope nobody knows any more are left out,
 * for their ids are given to others. What says which scopes were written is made anew where it was lost, or a rerun would double rows.
 */
export async function salvageSamples(connection: DuckDBConnection, source: Source): Promise<Salvaged> {
  const present = await tablesOf(connection, 'memory');
  let rows = 0;
  let rowsDamaged = 0;
  const incomplete: string[] = [];
  for (const table of (await tablesOf(connection, source)).values()) {
    if (present.has(table.name)) continue;
    const known = (column: string, of: string) =>
      table.columns.includes(column) ? `${column} IN (SELECT id FROM ${of})` : 'true';
    const taken = await salvageTable(
      connection,
      table,
      `${known('object_id', 'objects')} AND ${known('scope_id', 'scopes')}`,
    );
    rows += taken.rows;
    rowsDamaged += taken.rowsDamaged;
    if (taken.rowsDamaged > 0 && partOf(table.name)?.kind === WRITTEN) incomplete.push(table.name);
  }
  for (const name of incomplete) await remakeWritten(connection, name);
  return { rows, rowsDamaged };
}

async function remakeWritten(connection: DuckDBConnection, written: string): Promise<void> {
  const suffix = written.slice(WRITTEN.length);
  const tables = [...(await tablesOf(connection, 'memory')).values()].filter(
    ({ name, columns }) => name.endsWith(suffix) && name !== written && columns.includes('scope_id'),
  );
  for (const { name } of tables) {
    await connection.run(
      `INSERT INTO ${written} SELECT DISTINCT cycle_at, scope_id FROM ${name} EXCEPT SELECT cycle_at, scope_id FROM ${written}`,
    );
  }
}

/** The rows that a statement wrote; undefined when it met a damaged block. */
async function attempt(connection: DuckDBConnection, sql: string): Promise<number | undefined> {
  try {
    return (await connection.run(sql)).rowsChanged;
  } catch (error) {
    if (damageOf(error, 'opening')?.part !== 'database') throw error;
    return undefined;
  }
}
