import { openPgliteRecords } from '../support/records.js';
import { spoolOn } from '../support/spool.js';
import { describeSampleSpool } from './sample-spool.contract.js';

describeSampleSpool('PGlite', async () => spoolOn(await openPgliteRecords()));
