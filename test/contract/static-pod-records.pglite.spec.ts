import { PostgresStaticPodRecords } from '../../src/adapters/postgres/static-pod-records.postgres.js';
import { openPgliteRecords } from '../support/records.js';
import { describeStaticPodRecords } from './static-pod-records.contract.js';

describeStaticPodRecords('PGlite', async () => {
  const opened = await openPgliteRecords();
  return { staticPods: new PostgresStaticPodRecords(opened.database), close: () => opened.close() };
});
