import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { recordMatcher } from '../../src/logs/core/filter/match-record.js';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import { aLogRecord, aNodeRecord, SECOND_NS, T0_NS } from '../support/log-records.js';
import { someFilter, someRecords } from './log-store.arbitraries.js';
import { ANY, asRead, having, type LogStoreFixture } from './log-store.fixture.js';

/** As text, for comparing sets of records; the order of keys says nothing. */
const textOf = (record: LogRecord): string =>
  JSON.stringify(asRead(record), (_, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
  });

/** Which lines, in what order, page by page. */
export function describeSearch(at: LogStoreFixture, randomFilters: number): void {
  const { append, keep, search, messages } = at;
  const numbered = (count: number, over: Partial<LogRecord> = {}): LogRecord[] =>
    Array.from({ length: count }, (_, index) =>
      aLogRecord({ timeNs: T0_NS + BigInt(index) * SECOND_NS, message: String(index), ...over }),
    );

  describe('order and span', () => {
    it('goes by time, whatever the order of arrival', async () => {
      for (const second of [3, 1, 2, 0]) await append(...numbered(4).slice(second, second + 1));
      expect(await messages(ANY)).toEqual(['0', '1', '2', '3']);
      expect(await messages(ANY, { order: 'newest' })).toEqual(['3', '2', '1', '0']);
    });

    it('goes by sequence where a container wrote more in one nanosecond', async () => {
      await append(...[2, 0, 1].map((sequence) => aLogRecord({ sequence, message: String(sequence) })));
      await append(aLogRecord({ sequence: 3, message: '3' }));
      expect(await messages(ANY)).toEqual(['0', '1', '2', '3']);
      await keep();
      expect(await messages(ANY, { order: 'newest' })).toEqual(['3', '2', '1', '0']);
    });

    it('takes a span from its begin on, up to its end', async () => {
      await append(...numbered(5));
      const span = { fromNs: T0_NS + SECOND_NS, toNs: T0_NS + 3n * SECOND_NS };
      expect(await messages(ANY, { span })).toEqual(['1', '2']);
      expect(await messages(ANY, { span: { fromNs: span.fromNs + 1n, toNs: span.toNs + 1n } })).toEqual(['2', '3']);
      expect(await messages(ANY, { span: { fromNs: span.toNs, toNs: span.fromNs } })).toEqual([]);
    });

    it('finds nothing in an empty store', async () => {
      expect(await search(ANY)).toEqual([]);
      await keep();
      expect(await search(ANY, { order: 'newest' })).toEqual([]);
    });
  });

  describe('pages', () => {
    it.each(['oldest', 'newest'] as const)('give each line once, the %s first', async (order) => {
      await append(...numbered(10));
      await keep();
      await append(...numbered(10, { pod: 'web-2' }));
      const found = await search(ANY, { order, limit: 3 });
      expect(found).toEqual(await search(ANY, { order }));
      expect(found).toHaveLength(20);
      expect(new Set(found.map(({ place }) => place)).size).toBe(20);
    });

    it('say whether there is more', async () => {
      await append(...numbered(4));
      const query = { filter: ANY, span: { fromNs: 0n, toNs: T0_NS * 2n }, order: 'newest' as const };
      expect((await at.store.reader.search({ ...query, limit: 4 })).hasMore).toBe(false);
      expect((await at.store.reader.search({ ...query, limit: 3 })).hasMore).toBe(true);
    });

    it('stay as they are while lines arrive and segments are closed', async () => {
      await append(...numbered(9));
      const before = await search(ANY, { order: 'newest' });
      const [first] = [before.slice(0, 3)];
      await append(aLogRecord({ timeNs: T0_NS + 100n * SECOND_NS, message: 'newer' }));
      await keep();
      await append(aLogRecord({ timeNs: T0_NS + 101n * SECOND_NS, message: 'newest' }));
      const after = first.at(-1)?.place ?? '';
      expect(await search(ANY, { order: 'newest', after, limit: 2 })).toEqual(before.slice(3));
    });
  });

  describe('a place', () => {
    it('gives its line for as long as it is kept, where the filter lets it through', async () => {
      await append(...numbered(3), aNodeRecord());
      const lines = await search(ANY);
      await keep();
      for (const { place, record } of lines) {
        expect(await at.store.reader.lineAt(place, ANY)).toEqual({ place, record });
      }
      const [{ place } = { place: '' }] = lines;
      expect(await at.store.reader.lineAt(place, { ...ANY, visibleNamespaces: ['test'] })).toBeUndefined();
    });
  });

  describe('filters', () => {
    it('find what lies in closed segments and what came since', async () => {
      await append(...numbered(5), aLogRecord({ namespace: 'test', message: 'other' }));
      await keep();
      await append(...numbered(5, { node: 'node-2' }));
      expect(await messages(having({ kind: 'exact', key: 'node', values: ['node-2', 'node-3'] }))).toHaveLength(5);
      expect(await messages(having({ kind: 'exact', key: 'namespace', values: ['prod'] }))).toHaveLength(10);
    });

    it('find the records that the reference finds, whatever the filter and the records', async () => {
      const stored: LogRecord[] = [];
      for (const records of fc.sample(someRecords(60), { numRuns: 4, seed: 6 })) {
        await append(...records);
        stored.push(...records);
        if (stored.length < 100) await keep();
      }
      await fc.assert(
        fc.asyncProperty(someFilter, fc.constantFrom('oldest' as const, 'newest' as const), async (filter, order) => {
          const found = (await search(filter, { order })).map(({ record }) => record);
          const times = found.map(({ timeNs }) => timeNs);
          const isAfter = (left: bigint, right: bigint): number => (left < right ? -1 : left > right ? 1 : 0);
          const sorted = [...times].sort(order === 'oldest' ? isAfter : (left, right) => isAfter(right, left));
          expect(times).toEqual(sorted);
          expect(found.map(textOf).sort()).toEqual(stored.filter(recordMatcher(filter)).map(textOf).sort());
        }),
        { numRuns: randomFilters },
      );
    });
  });
}
