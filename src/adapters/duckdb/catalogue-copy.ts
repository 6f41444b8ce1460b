import type { DuckDBConnection } from '@duckdb/node-api';
import { rename, rm } from 'node:fs/promises';
import { endTransaction } from './end-transaction.js';
import { type DatabaseFiles, exists } from './database-files.js';
import { partOf } from './metric-layout.js';
import { sqlText } from './sql-text.js';
import { syncFile } from './segment-files.js';

/** What closed days need to be understood: their ids' meaning and their manifest. Without one of these a database is of no use. */
export const CATALOGUE_TABLES = ['store_version', 'objects', 'label_sets', 'scopes', 'segments'] as const;

/** It makes rows void that were written again: when the database is lost so are the newer rows, and the older ones are better than none. */
const EMPTY_IN_COPY = 'superseded';

/** What a segment's bytes were when it was published: Parquet has no checksum that DuckDB looks at. */
export interface Seal {
  readonly bytes: number;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
}

/** The table of seals, which only the copy has. */
export const SEALS = 'seals';

const DRAFT = 'catalogue_draft';
const COPY = 'catalogue_copy';

/** Writes the copy of the catalogue and the segments' seals: a DuckDB file, whose blocks have checksums; synced and renamed, so that there is always a whole one. */
export async function publishCatalogue(
  connection: DuckDBConnection,
  files: DatabaseFiles,
  seals: ReadonlyMap<string, Seal>,
): Promise<void> {
  const draft = `${files.copy}.tmp`;
  for (const path of [draft, `${draft}.wal`]) await rm(path, { force: true });
  await connection.run(`ATTACH ${sqlText(draft)} AS ${DRAFT}`);
  try {
    await connection.run('BEGIN');
    for (const [name, ddl] of await fixedTables(connection)) {
      await connection.run(ddl.replace(/^CREATE TABLE /, `CREATE TABLE ${DRAFT}.`));
      if (name !== EMPTY_IN_COPY) await connection.run(`INSERT INTO ${DRAFT}.${name} SELECT * FROM main.${name}`);
    }
    await connection.run(`CREATE TABLE ${DRAFT}.${SEALS} (file VARCHAR, bytes BIGINT, digest VARCHAR)`);
    const rows = [...seals].map(([file, { bytes, digest }]) => `(${sqlText(file)}, ${String(bytes)}, '${digest}')`);
    if (rows.length > 0) await connection.run(`INSERT INTO ${DRAFT}.${SEALS} VALUES ${rows.join(', ')}`);
    await connection.run('COMMIT');
    await connection.run(`CHECKPOINT ${DRAFT}`);
  } catch (error) {
    await endTransaction(connection);
    throw error;
  } finally {
    await connection.run(`DETACH ${DRAFT}`);
  }
  await syncFile(draft);
  await rename(draft, files.copy);
  await syncFile(files.folder);
}

/** The seals of the copy; undefined when there is no copy. @throws when it is damaged */
export async function readSeals(
  connection: DuckDBConnection,
  files: DatabaseFiles,
): Promise<Map<string, Seal> | undefined> {
  if (!(await exists(files.copy))) return undefined;
  await connection.run(`ATTACH ${sqlText(files.copy)} AS ${COPY} (READ_ONLY)`);
  try {
    const result = await connection.runAndReadAll(`SELECT file, bytes::DOUBLE, digest FROM ${COPY}.${SEALS}`);
    const rows = result.getRowsJS() as [string, number, string][];
    return new Map(rows.map(([file, bytes, digest]) => [file, { bytes, digest }]));
  } finally {
    await connection.run(`DETACH ${COPY}`);
  }
}

/** Name and definition of every table that is not one of samples: all small, the largest has a row an object that was seen in the time that is kept. */
async function fixedTables(connection: DuckDBConnection): Promise<[string, string][]> {
  const result = await connection.runAndReadAll(
    'SELECT table_name, sql FROM duckdb_tables() WHERE database_name = current_database()',
  );
  return (result.getRowsJS() as [string, string][]).filter(([name]) => !partOf(name));
}
