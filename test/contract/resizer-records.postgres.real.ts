import { PostgresResizerRecords } from '../../src/adapters/postgres/resizer-records.postgres.js';
import { openPostgresRecords } from '../support/records.js';
import { describeResizerRecords } from './resizer-records.contract.js';

describeResizerRecords('PostgreSQL', async () => {
  const opened = await openPostgresRecords();
  return { records: new PostgresResizerRecords(opened.database), close: () => opened.close() };
});
