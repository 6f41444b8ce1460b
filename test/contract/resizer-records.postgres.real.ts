import { PostgresResizerRecords } from '../../src/adapters/postgres/resizer-records.postgres.js';
import { openPostgresRecords } from '../support/records.js';
import { describeResizerRecords } from './resizer-records.contract.js';

describeResizerRecords('PostgreSQL', async () => {
  const { database, close } = await openPostgresRecords();
  return { records: new PostgresResizerRecords(database), close };
});
