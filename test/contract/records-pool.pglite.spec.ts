import { Database } from '../../src/adapters/postgres/database.js';
import { describeRecordsPool } from './records-pool.contract.js';

describeRecordsPool('PGlite', async () => ({ database: await Database.openEmbedded(), stop: () => Promise.resolve() }));
