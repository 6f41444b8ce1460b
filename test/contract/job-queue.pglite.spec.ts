import { BULLMQ_SCHEMA, connectPostgres } from '../../src/adapters/bullmq/connect-postgres.js';
import { openPgliteRecords } from '../support/records.js';
import { describeJobQueue } from './job-queue.contract.js';

describeJobQueue('PGlite', async () => {
  const { database } = await openPgliteRecords();
  return {
    async connect() {
      const backend = connectPostgres(database.schemaPool({ schema: BULLMQ_SCHEMA }));
      await backend.prepare();
      return backend;
    },
    stop: () => database.close(),
  };
});
