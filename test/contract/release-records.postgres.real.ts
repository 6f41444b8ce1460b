import { PostgresReleaseRecords } from '../../src/adapters/postgres/release-records.postgres.js';
import { openPostgresRecords } from '../support/records.js';
import { describeReleaseRecords } from './release-records.contract.js';

describeReleaseRecords('PostgreSQL', async () => {
  const opened = await openPostgresRecords();
  return { records: new PostgresReleaseRecords(opened.database), close: () => opened.close() };
});
