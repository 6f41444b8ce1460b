import { BULLMQ_SCHEMA, connectPostgres } from '../../src/adapters/bullmq/connect-postgres.js';
import { Database } from '../../src/adapters/postgres/database.js';
import { describeJobQueue } from './job-queue.contract.js';

describeJobQueue('PGlite', async () => {
  const database = await Database.openEmbedded();
  return {
    async connect() {
      const backend = connectPostgres(database.schemaPool({ schema: BULLMQ_SCHEMA }));
      await backend.prepare();
      return backend;
    },
    stop: () => database.close(),
  };
});
