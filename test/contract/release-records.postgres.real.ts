import { PostgresReleaseRecords } from '../../src/adapters/postgres/release-records.postgres.js';
import { openPostgresRecords } from '../support/records.js';
import { describeReleaseRecords, KEPT_REVISIONS } from './release-records.contract.js';

describeReleaseRecords('PostgreSQL', async () => {
  const opened = await openPostgresRecords();
  return { records: new PostgresReleaseRecords(opened.database, KEPT_REVISIONS), close: () => opened.close() };
});
