import { PgliteServer } from '../../src/adapters/postgres/pglite-pool.js';
import { BULLMQ_SCHEMA, connectPostgres } from '../../src/adapters/bullmq/connect-postgres.js';
import { describeJobQueue } from './job-queue.contract.js';

describeJobQueue('PGlite', async () => {
  const server = await PgliteServer.open();
  return {
    async connect() {
      const backend = connectPostgres(server.pool({ schema: BULLMQ_SCHEMA }));
      await backend.prepare();
      return backend;
    },
    stop: () => server.close(),
  };
});
