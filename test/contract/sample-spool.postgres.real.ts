import { openPostgresRecords } from '../support/records.js';
import { spoolOn } from '../support/spool.js';
import { describeSampleSpool } from './sample-spool.contract.js';

describeSampleSpool('PostgreSQL', async () => spoolOn(await openPostgresRecords()));
