import { PostgresReleaseRecords } from '../../src/adapters/postgres/release-records.postgres.js';
import { openPgliteRecords } from '../support/records.js';
import { describeReleaseRecords, KEPT_REVISIONS } from './release-records.contract.js';

describeReleaseRecords('PGlite', async () => {
  const opened = await openPgliteRecords();
  return { records: new PostgresReleaseRecords(opened.database, KEPT_REVISIONS), close: () => opened.close() };
});
