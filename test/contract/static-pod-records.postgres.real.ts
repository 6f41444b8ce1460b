import { PostgresStaticPodRecords } from '../../src/adapters/postgres/static-pod-records.postgres.js';
import { openPostgresRecords } from '../support/records.js';
import { describeStaticPodRecords } from './static-pod-records.contract.js';

describeStaticPodRecords('PostgreSQL', async () => {
  const opened = await openPostgresRecords();
  return { staticPods: new PostgresStaticPodRecords(opened.database), close: () => opened.close() };
});
