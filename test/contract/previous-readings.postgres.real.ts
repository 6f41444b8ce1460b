import { PostgresPreviousReadings } from '../../src/adapters/postgres/previous-readings.postgres.js';
import { openPostgresRecords } from '../support/records.js';
import { describePreviousReadings } from './previous-readings.contract.js';

describePreviousReadings('PostgreSQL', async () => {
  const opened = await openPostgresRecords();
  return { readings: new PostgresPreviousReadings(opened.database), close: () => opened.close() };
});
