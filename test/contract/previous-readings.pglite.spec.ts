import { PostgresPreviousReadings } from '../../src/adapters/postgres/previous-readings.postgres.js';
import { openPgliteRecords } from '../support/records.js';
import { describePreviousReadings } from './previous-readings.contract.js';

describePreviousReadings('PGlite', async () => {
  const opened = await openPgliteRecords();
  return { readings: new PostgresPreviousReadings(opened.database), close: () => opened.close() };
});
