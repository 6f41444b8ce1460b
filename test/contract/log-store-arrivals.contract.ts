import { describe, expect, it } from '@jest/globals';
import { aLogRecord, SECOND_NS, T0_NS } from '../support/log-records.js';
import { ANY, having, type LogStoreFixture } from './log-store.fixture.js';

/** Lines in the order in which they came, for whoever follows. */
export function describeArrivals(at: LogStoreFixture): void {
  const { append, keep, arrivals, newestArrival } = at;
  const numbered = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) =>
      aLogRecord({ timeNs: T0_NS - BigInt(from + index) * SECOND_NS, message: String(from + index) }),
    );
  const texts = (lines: Awaited<ReturnType<typeof arrivals>>['lines']): string[] =>
    lines.map(({ line }) => line.record.message);

  describe('arrivals', () => {
    it('begin with nothing but the newest place', async () => {
      await append(...numbered(0, 3));
      const found = await at.store.reader.arrivals({ filter: ANY, limit: 10 });
      expect(found.lines).toEqual([]);
      expect(found.hasMore).toBe(false);
      expect((await arrivals(ANY, found.arrival)).lines).toEqual([]);
    });

    it.each([1, 2, 1000])('give each line once in the order of arrival, %s at a time', async (limit) => {
      await append(...numbered(0, 2));
      const start = await newestArrival();
      await append(...numbered(2, 5));
      await append(...numbered(5, 6));
      const first = await arrivals(ANY, start, limit);
      expect(texts(first.lines)).toEqual(['2', '3', '4', '5']);
      await append(...numbered(6, 8));
      await keep();
      expect(texts((await arrivals(ANY, first.arrival, limit)).lines)).toEqual(['6', '7']);
    });

    it('go on from any line, also when it stands in a closed segment since', async () => {
      const start = await newestArrival();
      for (const number of [0, 1, 2, 3, 4, 5]) {
        await append(...numbered(number, number + 1));
        if (number % 2 === 1) await keep();
      }
      const { lines } = await arrivals(ANY, start);
      expect(texts(lines)).toEqual(['0', '1', '2', '3', '4', '5']);
      for (const [index, { arrival }] of lines.entries()) {
        expect(texts((await arrivals(ANY, arrival, 2)).lines)).toEqual(texts(lines.slice(index + 1)));
      }
    });

    it('give what the filter lets through, with the places that a search gives', async () => {
      const start = await newestArrival();
      await append(...numbered(0, 3), aLogRecord({ namespace: 'test', message: 'other' }), ...numbered(3, 5));
      const filter = having({ kind: 'exact', key: 'namespace', values: ['test'] });
      const found = await arrivals(filter, start, 1);
      expect(found.lines.map(({ line }) => line)).toEqual(await at.search(filter));
      expect((await arrivals(filter, found.arrival)).lines).toEqual([]);
    });

    it.each(['', 'x', '-1', 'of another store.12', '99999999999999999999'])(
      'refuses a place of another store: %j',
      async (after) => {
        await append(...numbered(0, 2));
        await expect(at.store.reader.arrivals({ filter: ANY, after, limit: 1 })).rejects.toMatchObject({
          code: 'INVALID_INPUT',
        });
      },
    );

    it('are told to whoever waits', async () => {
      const { reader } = at.store;
      const start = await newestArrival();
      const over = new AbortController();
      let isOver = false;
      const follow = async (): Promise<string[]> => {
        const seen: string[] = [];
        for (let after = start; seen.length < 3;) {
          const waiting = reader.arrived(over.signal);
          const found = await reader.arrivals({ filter: ANY, after, limit: 10 });
          seen.push(...texts(found.lines));
          after = found.arrival;
          if (found.lines.length === 0 && !isOver) await waiting;
          else if (isOver) throw new Error('Nothing was told');
        }
        return seen;
      };
      const seen = follow();
      for (const number of [0, 1, 2]) await append(...numbered(number, number + 1));
      expect(await seen).toEqual(['0', '1', '2']);
      isOver = true;
      over.abort();
      await reader.arrived(over.signal);
    });
  });
}
