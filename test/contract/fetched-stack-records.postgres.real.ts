import { PostgresFetchedStackRecords } from '../../src/adapters/postgres/fetched-stack-records.postgres.js';
import { openPostgresRecords } from '../support/records.js';
import { describeFetchedStackRecords } from './fetched-stack-records.contract.js';

describeFetchedStackRecords('PostgreSQL', async () => {
  const opened = await openPostgresRecords();
  return { records: new PostgresFetchedStackRecords(opened.database), close: () => opened.close() };
});
