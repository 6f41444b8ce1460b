import { afterAll } from '@jest/globals';
import { PostgresEventReader } from '../../src/adapters/postgres/event-reader.postgres.js';
import { PostgresEventSinkRecords } from '../../src/adapters/postgres/event-sink-records.postgres.js';
import { PostgresEventWatchRecords } from '../../src/adapters/postgres/event-watch-records.postgres.js';
import { PostgresEventWriter } from '../../src/adapters/postgres/event-writer.postgres.js';
import type { TestRecords } from '../support/records.js';
import { describeEventSinkRecords } from './event-sink-records.contract.js';
import { describeEventStore } from './event-store.contract.js';
import { describeEventStoreTenants } from './event-store-tenants.contract.js';
import { describeEventWatchRecords } from './event-watch-records.contract.js';

/** The suites of all records of events, on one database: opening one takes longer than they do. */
export function describeEventRecords(engine: string, open: () => Promise<TestRecords>): void {
  let opening: Promise<TestRecords> | undefined;
  const database = async () => (await (opening ??= open())).database;
  afterAll(async () => (await opening)?.close());

  const openStore = async () => {
    const records = await database();
    return {
      writer: new PostgresEventWriter(records),
      reader: (maxRows: number) => new PostgresEventReader(records, maxRows),
    };
  };
  describeEventStore(engine, openStore);
  describeEventStoreTenants(engine, openStore);
  describeEventSinkRecords(engine, async () => {
    const records = await database();
    return { records: new PostgresEventSinkRecords(records), writer: new PostgresEventWriter(records) };
  });
  describeEventWatchRecords(engine, async () => new PostgresEventWatchRecords(await database()));
}
