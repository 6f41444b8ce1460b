import { join } from 'node:path';
import { Database } from '../adapters/postgres/database.js';
import { migrate } from '../adapters/postgres/migrate.js';
import type { Config } from '../platform/config.js';
import type { Log } from '../platform/log.js';

/** Opens the records and brings their schema up to date. The caller holds the lock of the data folder where they are embedded. */
export async function openRecords(config: Config, log: Log): Promise<Database> {
  const onError = (error: Error): void => log.warn('A connection to the records broke', { error });
  const database = await (config.databaseUrl === undefined
    ? Database.openEmbedded({ folder: join(config.dataDir, 'records') })
    : Database.openServer({ url: config.databaseUrl, maxConnections: config.databaseMaxConnections, onError }));
  try {
    const { version, applied } = await migrate(database.pool);
    if (applied.length > 0) log.info('The records were brought up to date', { version, applied });
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}
