import { PostgresEventReader } from '../../src/adapters/postgres/event-reader.postgres.js';
import { PostgresEventWriter } from '../../src/adapters/postgres/event-writer.postgres.js';
import { openPostgresRecords } from '../support/records.js';
import { describeEventStore } from './event-store.contract.js';

describeEventStore('PostgreSQL', async () => {
  const { database, close } = await openPostgresRecords();
  const writer = new PostgresEventWriter(database);
  return { writer, reader: (maxRows) => new PostgresEventReader(database, maxRows), close };
});
