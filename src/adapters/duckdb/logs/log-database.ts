import type { DuckDBConnection } from '@duckdb/node-api';
import type { DescribeFile } from '../damaged-files.js';
import { damageOf } from '../damage-error.js';
import { exists } from '../database-files.js';
import type { EmbeddedDatabaseOptions, RebuildMeans, StoreKind } from '../database-opening.js';
import { EmbeddedDatabase } from '../embedded-database.js';
import { makeRebuilt } from '../make-rebuilt.js';
import { salvageTable, tablesOf } from '../salvage-table.js';
import { sqlText } from '../sql-text.js';
import { adoptSegments } from './adopt-segments.js';
import { migrateLogSchema } from './log-schema.js';

/** What stands in chunks; segments are read from the manifest in each question's own transaction. */
export interface LogLayout {
  /** Numbers of the chunks, the oldest first. */
  readonly chunks: readonly number[];
}

/** The database of the log store: lines that are not in segments yet, document ids, and the manifest of segments. */
export type LogDatabase = EmbeddedDatabase<LogLayout>;

const LOGS: StoreKind<LogLayout> = {
  name: 'log store',
  file: 'logs.duckdb',
  memoryVariable: 'LOGS_MEMORY',
  blockBytes: 262_144,
  appendRatio: 1 / 2,
  describeFile,
  migrate: migrateLogSchema,
  loadLayout: loadLogLayout,
  rebuild,
  /** Segments say all about themselves. */
  keepUnlisted: ({ writer, files, damaged }) => adoptSegments(writer, files, damaged),
};

/** Some of a segment's counts would be taken for all of them; without any they are made anew. */
const COUNTS = 'minute_counts';

/** Opens it, makes it when it is missing. */
export function openLogDatabase(options: EmbeddedDatabaseOptions): Promise<LogDatabase> {
  return EmbeddedDatabase.open(LOGS, options);
}

export async function loadLogLayout(connection: DuckDBConnection): Promise<LogLayout> {
  const result = await connection.runAndReadAll(
    `SELECT replace(table_name, 'lines_', '')::INTEGER FROM duckdb_tables() WHERE table_name LIKE 'lines\\_%' ESCAPE '\\' ORDER BY 1`,
  );
  return { chunks: (result.getRowsJS() as [number][]).map(([chunk]) => chunk) };
}

function describeFile(name: string): ReturnType<DescribeFile> {
  if (name === 'logs.duckdb') return { what: 'the database of recent lines' };
  if (name.startsWith('logs.duckdb.wal')) return { what: 'the write-ahead log of recent lines' };
  return { what: 'a file of log lines' };
}

/**
 * Makes a new database of what can be read of the damaged one, row group by row group. May be killed anywhere: it has its name only when it is whole. Rows of which a
 * column cannot be read are left out.
 */
function rebuild({ files, settings, log }: RebuildMeans, from: 'damaged' | 'copy'): Promise<void> {
  return makeRebuilt({ files, settings }, async (connection) => {
    if (from === 'copy' || !(await exists(files.main)) || !(await attached(connection, files.main))) {
      log.warn('The log store was rebuilt without its recent lines');
      return;
    }
    let rows = 0;
    let rowsDamaged = 0;
    const tables = await tablesOf(connection, 'damaged');
    for (const table of tables.values()) {
      const condition = table.name === COUNTS ? 'false' : 'true';
      const taken = await salvageTable(connection, table, condition);
      rows += taken.rows;
      rowsDamaged += taken.rowsDamaged;
    }
    if (tables.has('segments') && tables.has(COUNTS)) await connection.run('UPDATE segments SET is_counted = false');
    log.warn('The log store was rebuilt', { rows, rowsDamaged });
    await connection.run('DETACH damaged');
  });
}

async function attached(connection: DuckDBConnection, path: string): Promise<boolean> {
  try {
    await connection.run(`ATTACH ${sqlText(path)} AS damaged (READ_ONLY)`);
    return true;
  } catch (error) {
    if (!damageOf(error, 'opening')) throw error;
    return false;
  }
}
