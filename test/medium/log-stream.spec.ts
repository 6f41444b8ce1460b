import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CallerWatch } from '../../src/auth/caller-watch.js';
import type { LogSearch } from '../../src/logs/store/log-store.port.js';
import { Clock, SystemClock } from '../../src/platform/clock.js';
import { EventReader, type ReadEvent } from '../support/event-reader.js';
import { eventually } from '../support/eventually.js';
import { limitHits } from '../support/limit-hits.js';
import { asTenant, startLogApi } from '../support/log-api.js';
import { aLogLine, aNodeLine } from '../support/log-lines.js';
import { MemoryLogStore } from '../support/memory-log-store.js';
import { WatchedCaller } from '../support/watched-caller.js';

const PAST = 'from=2026-03-04T14:00:00Z';
const numbered = (first: number, last: number, fields: Parameters<typeof aLogLine>[0] = {}) =>
  Array.from({ length: last - first + 1 }, (_, index) =>
    aLogLine({ atS: (first + index) / 1000, message: `line ${first + index}`, ...fields }),
  );
const numberIn = ({ data }: ReadEvent): number => Number((data as { message: string }).message.split(' ')[1]);

/** What happens to the store between the join and the search for the stored lines. */
class RacedStore extends MemoryLogStore {
  meanwhile: () => Promise<unknown> = () => Promise.resolve();

  override async search(...query: [LogSearch, AbortSignal?]): ReturnType<MemoryLogStore['search']> {
    await this.meanwhile();
    return super.search(...query);
  }
}

describe('a stream of logs', () => {
  let app: NestFastifyApplication;
  let store: RacedStore;
  let caller: WatchedCaller;
  afterEach(() => app.close());

  const start = async (environment: Record<string, string> = {}): Promise<void> => {
    store = new RacedStore();
    caller = new WatchedCaller();
    app = await startLogApi(store, environment, [
      { provide: Clock, useClass: SystemClock },
      { provide: CallerWatch, useValue: caller },
    ]);
    await app.listen(0, '127.0.0.1');
  };
  const open = (query = '', headers: Record<string, string> = {}): Promise<EventReader> => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    return EventReader.open(`http://127.0.0.1:${port}/api/v1/logs/stream?${PAST}&${query}`, headers);
  };
  const take = async (reader: EventReader, count: number): Promise<ReadEvent[]> => {
    const events: ReadEvent[] = [];
    while (events.length < count) events.push(await reader.nextOf('line'));
    return events;
  };

  it('begins with the stored lines that were asked for and goes on with what arrives', async () => {
    await start();
    await store.append(numbered(1, 9));
    await using reader = await open('tail=3');
    const stored = await take(reader, 3);
    await store.append(numbered(10, 11));
    const events = [...stored, ...(await take(reader, 2))];
    expect(events.map(numberIn)).toEqual([7, 8, 9, 10, 11]);
    expect(events[3]?.data).toMatchObject({
      time: '2026-03-04T14:05:00.010000000Z',
      pod: 'web-1',
      place: expect.any(String),
    });
  });

  it('shows the lines that match and that the caller may see, and no others', async () => {
    await start();
    await store.append([...numbered(1, 2), ...numbered(3, 4, { namespace: 'bank' }), aNodeLine()]);
    await using reader = await open('text=line&notRegex=[25]$', asTenant);
    await take(reader, 1);
    await store.append([...numbered(5, 6, { namespace: 'bank' }), aNodeLine({ message: 'line 7' }), ...numbered(8, 8)]);
    expect(numberIn(await reader.nextOf('line'))).toBe(8);
  });

  it('joins stored and new lines: what arrives while the stored ones are looked for comes once', async () => {
    await start();
    await store.append(numbered(1, 5));
    store.meanwhile = () => store.append([...numbered(6, 8), ...numbered(0, 0)]);
    await using reader = await open('tail=4');
    // of the newest four three are new, so one is left to be shown first; then all that arrived since
    expect((await take(reader, 5)).map(numberIn)).toEqual([5, 6, 7, 8, 0]);
    await store.append(numbered(9, 9));
    expect(numberIn(await reader.nextOf('line'))).toBe(9);
  });

  it('goes on behind any event, within the stored lines and behind them, without gap or repeat', async () => {
    await start();
    await store.append(numbered(1, 6));
    const whole = await open('tail=4');
    const events = await take(whole, 4);
    await store.append(numbered(7, 8));
    events.push(...(await take(whole, 2)));
    await whole[Symbol.asyncDispose]();
    await store.append([...numbered(9, 9), aLogLine({ atS: 0.0045, message: 'line 10' })]);
    expect(events.map(numberIn)).toEqual([3, 4, 5, 6, 7, 8]);
    for (const [index, { id }] of events.entries()) {
      await using reader = await open('tail=4', { 'last-event-id': id });
      const rest = [3, 4, 5, 6, 7, 8, 9, 10].slice(index + 1);
      expect((await take(reader, rest.length)).map(numberIn)).toEqual(rest);
    }
  });

  it.each(['nonsense', '', 'WyJhIl0'])('refuses to go on behind %j', async (id) => {
    await start();
    const refusal = await app.inject({ url: '/api/v1/logs/stream', headers: { 'last-event-id': id } });
    expect([refusal.statusCode, refusal.json()]).toEqual([
      400,
      expect.objectContaining({ errors: [{ pointer: 'Last-Event-ID', detail: expect.any(String) }] }),
    ]);
  });

  it('refuses the id of another question', async () => {
    await start();
    await store.append(numbered(1, 1));
    const reader = await open('text=line');
    const { id } = await reader.nextOf('line');
    await reader[Symbol.asyncDispose]();
    await expect(open('text=other', { 'last-event-id': id })).rejects.toThrow('answered with 400');
  });

  it.each([
    [9, 9, 0],
    [10, 10, 0],
    [11, 10, 1],
    [700, 10, 690],
  ])(
    'of %i lines at once sends %i and tells of %i, with LOGS_STREAM_LINES_PER_SECOND=10',
    async (lines, sent, skipped) => {
      await start({ LOGS_STREAM_LINES_PER_SECOND: '10' });
      await using reader = await open('tail=0');
      await store.append(numbered(1, lines));
      const events = await take(reader, sent);
      expect(events.map(numberIn)).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
      await store.append(skipped === 0 ? [] : numbered(lines + 1, lines + 1));
      if (skipped === 0) return;
      let [told, next] = [0, await reader.next()];
      for (; next.event !== 'line'; next = await reader.next())
        if (next.event === 'skipped') told += (next.data as { lines: number }).lines;
      // the one that came later is sent or told of, by when it arrived
      expect([next.event, told + (numberIn(next) === lines + 1 ? 0 : NaN)]).toEqual(['line', skipped]);
    },
  );

  it.each([
    [1, 200],
    [2, 200],
    [3, 429],
  ])('lets LOGS_STREAM_MAX_CLIENTS=2 follow: the client number %i gets %i', async (clients, status) => {
    await start({ LOGS_STREAM_MAX_CLIENTS: '2' });
    const follow = async (): Promise<EventReader> => {
      const reader = await open();
      await reader.next();
      return reader;
    };
    const readers: EventReader[] = [];
    for (let client = 1; client < clients; client += 1) readers.push(await follow());
    if (status === 200) readers.push(await follow());
    else {
      await expect(follow()).rejects.toThrow('answered with 429');
      expect(await limitHits(app)).toEqual({ LOGS_STREAM_MAX_CLIENTS: 1 });
    }
    for (const reader of readers) await reader[Symbol.asyncDispose]();
    await eventually('there is room again', async () => {
      const again = await follow().catch(() => undefined);
      await again?.[Symbol.asyncDispose]();
      return again !== undefined;
    });
  });

  it('ends when its caller may no longer call', async () => {
    await start();
    await store.append(numbered(1, 1));
    await using reader = await open();
    await take(reader, 1);
    caller.revoke();
    await expect(reader.nextOf('line')).rejects.toThrow('The stream is over');
  });
});
