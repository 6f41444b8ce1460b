import { migrate } from '../../src/adapters/postgres/migrate.js';
import { Database } from '../../src/adapters/postgres/database.js';
import { preparedRecords } from './prepared-records.js';
import { startPostgresServer } from './postgres-server.js';

/** Records with all migrations applied. */
export interface TestRecords {
  readonly database: Database;
  close(): Promise<void>;
}

/** Records in memory, on the embedded engine. */
export async function openPgliteRecords(): Promise<TestRecords> {
  const database = await Database.openEmbedded({ image: (await preparedRecords()).image });
  return { database, close: () => database.close() };
}

/** Records on a real PostgreSQL. */
export async function openPostgresRecords(): Promise<TestRecords> {
  const server = await startPostgresServer();
  const database = await Database.openServer({ url: server.url });
  await migrate(database.pool);
  return {
    database,
    close: async () => {
      await database.close();
      await server.stop();
    },
  };
}
