import { Database } from '../../src/adapters/postgres/database.js';
import { startPostgresServer } from '../support/postgres-server.js';
import { describeRecordsMigrate } from './records-migrate.contract.js';

describeRecordsMigrate('PostgreSQL', async () => {
  const server = await startPostgresServer();
  return { database: await Database.openServer({ url: server.url }), stop: () => server.stop() };
});
