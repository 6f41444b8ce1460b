import { openPgliteRecords } from '../support/records.js';
import { describeRecordsPool } from './records-pool.contract.js';

describeRecordsPool('PGlite', async () => ({ ...(await openPgliteRecords()), stop: () => Promise.resolve() }));
