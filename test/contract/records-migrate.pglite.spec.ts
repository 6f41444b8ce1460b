import { openPgliteRecords } from '../support/records.js';
import { describeRecordsMigrate } from './records-migrate.contract.js';

describeRecordsMigrate('PGlite', async () => ({ ...(await openPgliteRecords()), stop: () => Promise.resolve() }));
