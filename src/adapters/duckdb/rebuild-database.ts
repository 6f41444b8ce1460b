import type { DuckDBConnection } from '@duckdb/node-api';
import { stat, statfs } from 'node:fs/promises';
import type { Log } from '../../platform/log.js';
import type { RebuildMeans } from './database-opening.js';
import { CATALOGUE_TABLES, SEALS } from './catalogue-copy.js';
import { damageOf } from './damage-error.js';
import { type DatabaseFiles, exists } from './database-files.js';
import { makeRebuilt } from './make-rebuilt.js';
import { partOf } from './metric-layout.js';
import { salvageSamples, salvageTable, type Source, tablesOf } from './salvage-table.js';
import { sqlText } from './sql-text.js';

/**
 * Makes a new database in `files.rebuilt`. The catalogue comes from the damaged database where that can be read, else from the catalogue's copy; the
 * rows of open days come from the damaged one, row group by row group, when the disk has room for them. May be killed anywhere: it has its name
 * only when it is whole. To be called while the damaged database is closed.
 */
export function rebuildDatabase({ files, settings, log }: RebuildMeans, from: 'damaged' | 'copy'): Promise<void> {
  return makeRebuilt({ files, settings }, async (connection) => {
    const old = from === 'damaged' ? await attach(connection, files.main, 'damaged', log) : undefined;
    const copy = await attach(connection, files.copy, 'copied', log);
    const isKnown = await fillCatalogue(connection, old, copy);
    if (isKnown && old && (await hasRoom(files))) {
      const { rows, rowsDamaged } = await salvageSamples(connection, old);
      log.warn('The metric store was rebuilt', { rows, rowsDamaged, withCopy: copy !== undefined });
    } else log.warn('The metric store was rebuilt without the rows of open days', { withCopy: copy !== undefined });
    for (const source of [old, copy]) if (source) await connection.run(`DETACH ${source}`);
  });
}

async function attach(
  connection: DuckDBConnection,
  path: string,
  source: Source,
  log: Log,
): Promise<Source | undefined> {
  if (!(await exists(path))) return undefined;
  try {
    await connection.run(`ATTACH ${sqlText(path)} AS ${source} (READ_ONLY)`);
    return source;
  } catch (error) {
    if (!damageOf(error, 'opening')) throw error;
    log.error('A file of the metric store cannot be read at all', { file: path, error });
    return undefined;
  }
}

/** False when nobody knows what the ids mean: then the database stays empty. */
async function fillCatalogue(
  connection: DuckDBConnection,
  old: Source | undefined,
  copy: Source | undefined,
): Promise<boolean> {
  const inOld = await tablesOf(connection, old);
  const inCopy = await tablesOf(connection, copy);
  const names = [...new Set([...inOld.keys(), ...inCopy.keys()])].filter((name) => !partOf(name) && name !== SEALS);
  for (const name of names) {
    const first = inOld.get(name);
    const second = inCopy.get(name);
    if (first && (await salvageTable(connection, first)).rowsDamaged === 0) continue;
    if (!second) continue;
    await connection.run(`DROP TABLE IF EXISTS ${name}`);
    await salvageTable(connection, second);
  }
  const made = await tablesOf(connection, 'memory');
  if (CATALOGUE_TABLES.every((name) => made.has(name)) && (await count(connection, 'store_version')) > 0) {
    // An object whose labels cannot be read is one without labels.
    await connection.run(`INSERT INTO label_sets SELECT 0, '{}' WHERE NOT EXISTS (FROM label_sets WHERE id = 0)`);
    await connection.run('UPDATE objects SET labels_id = 0 WHERE labels_id NOT IN (SELECT id FROM label_sets)');
    return true;
  }
  for (const name of made.keys()) await connection.run(`DROP TABLE ${name}`);
  return false;
}

async function count(connection: DuckDBConnection, table: string): Promise<number> {
  const result = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${table}`);
  return Number(result.getRowsJS()[0]?.[0]);
}

/** The damaged file is kept, so its rows need their room twice. */
async function hasRoom(files: DatabaseFiles): Promise<boolean> {
  const { bavail, bsize } = await statfs(files.folder);
  let bytes = 0;
  for (const path of [files.main, ...(await files.logs())]) bytes += (await stat(path)).size;
  return bavail * bsize > 2 * bytes;
}
