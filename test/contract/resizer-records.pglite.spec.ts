import { PostgresResizerRecords } from '../../src/adapters/postgres/resizer-records.postgres.js';
import { openPgliteRecords } from '../support/records.js';
import { describeResizerRecords } from './resizer-records.contract.js';

describeResizerRecords('PGlite', async () => {
  const opened = await openPgliteRecords();
  return { records: new PostgresResizerRecords(opened.database), close: () => opened.close() };
});
