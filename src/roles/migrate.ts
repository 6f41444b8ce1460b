import { lockDataDir } from '../adapters/duckdb/data-dir-lock.js';
import { checkDataDir } from '../platform/check-data-dir.js';
import type { Config } from '../platform/config.js';
import type { Log } from '../platform/log.js';
import { openRecords } from './open-records.js';

/** `ROLE=migrate`: brings the records up to date and ends. */
export async function migrateAndEnd(config: Config, log: Log): Promise<void> {
  await using opened = new AsyncDisposableStack();
  if (config.databaseUrl === undefined) {
    await checkDataDir(config.dataDir);
    const lock = await lockDataDir(config.dataDir);
    opened.defer(() => lock.release());
  }
  const database = await openRecords(config, log);
  opened.defer(() => database.close());
  log.info('The records are up to date');
}
