import { openPgliteRecords } from '../support/records.js';
import { describeRunRecords } from './run-records.contract.js';

describeRunRecords('PGlite', async () => (await openPgliteRecords()).database);
