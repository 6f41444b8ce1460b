import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresEventReader } from '../../src/adapters/postgres/event-reader.postgres.js';
import { PostgresEventSinkRecords } from '../../src/adapters/postgres/event-sink-records.postgres.js';
import { PostgresEventWriter } from '../../src/adapters/postgres/event-writer.postgres.js';
import type { KubernetesEvent } from '../../src/events/core/kubernetes-event.js';
import { EventSink, EventSinkAwayError, type EventSinkWritten } from '../../src/events/sinks/event-sink.port.js';
import { WriteEventSink } from '../../src/events/sinks/write-event-sink.service.js';
import { Clock } from '../../src/platform/clock.js';
import { Log } from '../../src/platform/log.js';
import { Readiness } from '../../src/platform/readiness.js';
import { anEvent, EVENTS_AT_MS as T0 } from '../../src/events/core/testdata/an-event.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';

/** Takes events, or not, as a test says. */
class TestSink extends EventSink {
  readonly taken: KubernetesEvent[] = [];
  isAway = false;

  override write(events: readonly KubernetesEvent[]): Promise<EventSinkWritten> {
    if (this.isAway) return Promise.reject(new EventSinkAwayError('it cannot be reached (ECONNREFUSED)'));
    this.taken.push(...events);
    return Promise.resolve({ events: events.length, refusedEvents: 0 });
  }
}

class TestClock extends Clock {
  nowMs = T0;
  override now(): number {
    return this.nowMs;
  }
}

const { signal } = new AbortController();
const clock = new TestClock();
let records: TestRecords;
let events: PostgresEventWriter;
beforeAll(async () => {
  records = await openPgliteRecords();
  events = new PostgresEventWriter(records.database);
});
afterAll(() => records?.close());

/** A sink of this name, with what brings it up to date. */
function writing(name: string) {
  const sink = new TestSink();
  const readiness = new Readiness(clock);
  const { database } = records;
  const service = new WriteEventSink(
    [{ name, sink }],
    new PostgresEventSinkRecords(database),
    new PostgresEventReader(database, 100_000),
    readiness,
    clock,
    Log.silent(),
  );
  return { sink, service, part: () => readiness.report().parts.find((part) => part.name === `event sink ${name}`) };
}

describe('a sink of events', () => {
  it('gets what comes after it was begun, each change once, also in another process', async () => {
    await events.write([anEvent('before')]);
    const { sink, service } = writing('one');
    await service.begin();
    const told = anEvent('a');
    await events.write([told, anEvent('b')]);
    expect(await service.run('one', signal)).toEqual({ written: 2 });
    await events.write([{ ...told, lastAtMs: T0 + 1000, count: 2 }]);
    const other = writing('one');
    expect(await other.service.run('one', signal)).toEqual({ written: 1 });
    expect(await other.service.run('one', signal)).toEqual({ written: 0 });
    expect([...sink.taken, ...other.sink.taken].map(({ uid, count }) => [uid, count])).toEqual([
      ['a', 1],
      ['b', 1],
      ['a', 2],
    ]);
  });

  it('that is away is tried again later, gets all that waited, and says so meanwhile', async () => {
    const { sink, service, part } = writing('away');
    await service.begin();
    sink.isAway = true;
    await events.write([anEvent('c'), anEvent('d')]);
    const failed = { failed: 'it cannot be reached (ECONNREFUSED)', retryAtMs: T0 + 5000 };
    expect(await service.run('away', signal)).toEqual(failed);
    expect(part()).toMatchObject({ state: 'degraded', reason: failed.failed });
    sink.isAway = false;
    expect(await service.run('away', signal)).toEqual(failed);
    clock.nowMs += 5000;
    expect(await service.run('away', signal)).toEqual({ written: 2 });
    expect(part()).toMatchObject({ state: 'up' });
  });

  it('that is not configured is left alone', async () => {
    expect(await writing('x').service.run('y', signal)).toEqual({ skipped: 'no such sink is configured' });
  });
});
