import type { Provider } from '@nestjs/common';
import { PostgresEventReader } from '../adapters/postgres/event-reader.postgres.js';
import { PostgresEventSinkRecords } from '../adapters/postgres/event-sink-records.postgres.js';
import { PostgresEventWatchRecords } from '../adapters/postgres/event-watch-records.postgres.js';
import { PostgresEventWriter } from '../adapters/postgres/event-writer.postgres.js';
import { EventReader, EventWriter } from '../events/event-store.port.js';
import { EventSinkRecords } from '../events/sinks/event-sink-records.port.js';
import { EVENT_SINKS } from '../events/sinks/event-sink.port.js';
import { EventWatchRecords } from '../events/watch/event-watch-records.port.js';
import { CONFIG, type Config } from '../platform/config.js';
import { openEventSinks } from './open-event-sinks.js';
import type { Engines } from './open-engines.js';

/** Which adapter stands behind each port of events. */
export function eventPorts({ database }: Pick<Engines, 'database'>): Provider[] {
  return [
    { provide: EventWriter, useValue: new PostgresEventWriter(database) },
    {
      provide: EventReader,
      useFactory: ({ eventsMaxRows }: Config) => new PostgresEventReader(database, eventsMaxRows),
      inject: [CONFIG],
    },
    { provide: EventSinkRecords, useValue: new PostgresEventSinkRecords(database) },
    { provide: EVENT_SINKS, useFactory: openEventSinks, inject: [CONFIG] },
    { provide: EventWatchRecords, useValue: new PostgresEventWatchRecords(database) },
  ];
}
