import { Database } from '../../src/adapters/postgres/database.js';
import { describeRecordsMigrate } from './records-migrate.contract.js';

describeRecordsMigrate('PGlite', async () => ({
  database: await Database.openEmbedded(),
  stop: () => Promise.resolve(),
}));
