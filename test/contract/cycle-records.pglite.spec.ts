import { PostgresCycleRecords } from '../../src/adapters/postgres/cycle-records.postgres.js';
import { openPgliteRecords } from '../support/records.js';
import { describeCycleRecords } from './cycle-records.contract.js';

describeCycleRecords('PGlite', async () => {
  const opened = await openPgliteRecords();
  return { records: new PostgresCycleRecords(opened.database), close: () => opened.close() };
});
