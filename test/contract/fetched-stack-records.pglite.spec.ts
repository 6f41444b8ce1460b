import { PostgresFetchedStackRecords } from '../../src/adapters/postgres/fetched-stack-records.postgres.js';
import { openPgliteRecords } from '../support/records.js';
import { describeFetchedStackRecords } from './fetched-stack-records.contract.js';

describeFetchedStackRecords('PGlite', async () => {
  const opened = await openPgliteRecords();
  return { records: new PostgresFetchedStackRecords(opened.database), close: () => opened.close() };
});
