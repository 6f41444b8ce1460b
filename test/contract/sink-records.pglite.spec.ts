import { PostgresCycleRecords } from '../../src/adapters/postgres/cycle-records.postgres.js';
import { PostgresSinkRecords } from '../../src/adapters/postgres/sink-records.postgres.js';
import { openPgliteRecords } from '../support/records.js';
import { describeSinkRecords } from './sink-records.contract.js';

describeSinkRecords('PGlite', async () => {
  const opened = await openPgliteRecords();
  const { database } = opened;
  return {
    sinks: new PostgresSinkRecords(database),
    cycles: new PostgresCycleRecords(database),
    close: () => opened.close(),
  };
});
