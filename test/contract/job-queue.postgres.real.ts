import { BULLMQ_SCHEMA, connectPostgres } from '../../src/adapters/bullmq/connect-postgres.js';
import { Database } from '../../src/adapters/postgres/database.js';
import { startPostgresServer } from '../support/postgres-server.js';
import { describeJobQueue } from './job-queue.contract.js';

describeJobQueue('PostgreSQL', async () => {
  const server = await startPostgresServer();
  const databases: Database[] = [];
  return {
    async connect() {
      const database = await Database.openServer({ url: server.url });
      databases.push(database);
      const backend = connectPostgres(database.schemaPool({ schema: BULLMQ_SCHEMA }));
      await backend.prepare();
      return backend;
    },
    async stop() {
      await Promise.all(databases.map((database) => database.close()));
      await server.stop();
    },
  };
});
