import { afterAll } from '@jest/globals';
import { Database } from '../../src/adapters/postgres/database.js';
import { startPostgresServer, type PostgresServer } from '../support/postgres-server.js';
import { describeRunRecords } from './run-records.contract.js';

let server: PostgresServer | undefined;
afterAll(() => server?.stop());

describeRunRecords('PostgreSQL', async () => {
  server = await startPostgresServer();
  return Database.openServer({ url: server.url });
});
