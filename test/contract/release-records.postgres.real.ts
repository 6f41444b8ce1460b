import { PostgresReleaseRecords } from '../../src/adapters/postgres/release-records.postgres.js';
import { openPostgresRecords } from '../support/records.js';
import { describeReleaseRecords } from './release-records.contract.js';

describeReleaseRecords('PostgreSQL', async () => {
  const { database, close } = await openPostgresRecords();
  return { records: new PostgresReleaseRecords(database), close };
});
