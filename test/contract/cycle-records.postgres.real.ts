import { PostgresCycleRecords } from '../../src/adapters/postgres/cycle-records.postgres.js';
import { openPostgresRecords } from '../support/records.js';
import { describeCycleRecords } from './cycle-records.contract.js';

describeCycleRecords('PostgreSQL', async () => {
  const opened = await openPostgresRecords();
  return { records: new PostgresCycleRecords(opened.database), close: () => opened.close() };
});
