import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { rename, rm } from 'node:fs/promises';
import type { RebuildMeans } from './database-opening.js';
import { syncFile } from './segment-files.js';

/**
 * Makes a new database in `files.rebuilt`, which has its name only when it is whole: it may be killed anywhere.
 * @param fill makes its tables and rows; what it has attached it detaches again
 */
export async function makeRebuilt(
  { files, settings }: Pick<RebuildMeans, 'files' | 'settings'>,
  fill: (connection: DuckDBConnection) => Promise<void>,
): Promise<void> {
  const draft = `${files.rebuilt}.tmp`;
  for (const path of [draft, `${draft}.wal`]) await rm(path, { force: true });
  const instance = await DuckDBInstance.create(draft, settings);
  try {
    const connection = await instance.connect();
    await fill(connection);
    await connection.run('CHECKPOINT');
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
  await syncFile(draft);
  await rename(draft, files.rebuilt);
  await syncFile(files.folder);
}
