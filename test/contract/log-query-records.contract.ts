import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresLogQueryRecords } from '../../src/adapters/postgres/log-query-records.postgres.js';
import type { LogQueryRecord, LogQueryRecords } from '../../src/logs/queries/log-query-records.port.js';
import type { TestRecords } from '../support/records.js';

const T0 = Date.UTC(2026, 0, 2);

const aQuery = (fields: Partial<LogQueryRecord> = {}): LogQueryRecord => ({
  id: randomUUID(),
  owner: 'token:ann',
  ownerName: 'ann',
  name: `query ${randomUUID()}`,
  isShared: false,
  query: { namespace: ['shop', 'data'], minLevel: 'error' },
  createdAtMs: T0,
  updatedAtMs: T0,
  ...fields,
});

/** What every database promises of saved questions about logs. */
export function describeLogQueryRecords(engine: string, open: () => Promise<TestRecords>): void {
  describe(`saved questions about logs on ${engine}`, () => {
    let opened: TestRecords;
    let records: LogQueryRecords;
    beforeAll(async () => {
      opened = await open();
      records = new PostgresLogQueryRecords(opened.database);
    });
    afterAll(() => opened.close());
    const ann = { owner: 'token:ann' };

    it('keeps what is written', async () => {
      for (const record of [aQuery(), aQuery({ ownerNamespaces: ['shop'], isShared: true })]) {
        expect(await records.insert(record)).toBe(true);
        expect(await records.find(record.id, ann)).toEqual(record);
      }
    });

    it('takes a name once of each owner', async () => {
      const first = aQuery({ name: 'once' });
      expect(await records.insert(first)).toBe(true);
      expect(await records.insert(aQuery({ name: 'once', query: {} }))).toBe(false);
      expect(await records.insert(aQuery({ name: 'once', owner: 'token:ben' }))).toBe(true);
      expect(await records.find(first.id, ann)).toEqual(first);
    });

    it('counts those of an owner', async () => {
      const before = await records.count('token:cat');
      await records.insert(aQuery({ owner: 'token:cat' }));
      expect([before, await records.count('token:cat')]).toEqual([0, 1]);
    });

    it.each([
      ['a private one, to its owner', {}, ann, true],
      ['a private one, to others', {}, { owner: 'token:dan' }, false],
      ['a shared one, to others', { isShared: true }, { owner: 'token:dan' }, true],
      [
        'a shared one of an owner without limits, to a limited caller',
        { isShared: true },
        { owner: 'token:dan', namespaces: ['shop'] },
        false,
      ],
      [
        'one of an owner with the same limits',
        { isShared: true, ownerNamespaces: ['shop'] },
        { owner: 'token:dan', namespaces: ['shop', 'data'] },
        true,
      ],
      [
        'one of an owner with other limits',
        { isShared: true, ownerNamespaces: ['shop', 'bank'] },
        { owner: 'token:dan', namespaces: ['shop'] },
        false,
      ],
      ['to a limited owner its own', {}, { owner: 'token:ann', namespaces: ['shop'] }, true],
    ])('shows %s', async (_, fields, reader, isSeen) => {
      const record = aQuery(fields);
      await records.insert(record);
      expect((await records.find(record.id, reader)) !== undefined).toBe(isSeen);
      expect((await records.list(reader, 1000)).some(({ id }) => id === record.id)).toBe(isSeen);
    });

    it('lists by name, page by page', async () => {
      const owner = 'token:eve';
      for (const name of ['b', 'a', 'Z', 'c']) await records.insert(aQuery({ owner, name }));
      const reader = { owner, namespaces: [] };
      const first = await records.list(reader, 3);
      const last = first.at(-1);
      const second = await records.list(reader, 3, last);
      expect([first, second].map((page) => page.map(({ name }) => name))).toEqual([['Z', 'a', 'b'], ['c']]);
    });

    it("changes what is the owner's own, and no other", async () => {
      const record = aQuery({ name: 'before' });
      await records.insert(record);
      await records.insert(aQuery({ name: 'in the way' }));
      const change = {
        name: 'after',
        isShared: true,
        query: {},
        ownerName: 'Ann',
        ownerNamespaces: ['shop'],
        updatedAtMs: T0 + 5,
      };
      expect(await records.update(record.id, 'token:ben', change)).toBe('absent');
      expect(await records.update(randomUUID(), record.owner, change)).toBe('absent');
      expect(await records.update(record.id, record.owner, { ...change, name: 'in the way' })).toBe('taken');
      expect(await records.update(record.id, record.owner, change)).toEqual({ ...record, ...change });
      expect(await records.update(record.id, record.owner, change)).toEqual({ ...record, ...change });
    });

    it('finds none under what is no id', async () => {
      const { owner, ...change } = aQuery();
      expect(await records.find('nothing', ann)).toBeUndefined();
      expect(await records.update('nothing', owner, change)).toBe('absent');
      expect(await records.remove('nothing', owner)).toBe(false);
    });

    it("removes what is the owner's own, once", async () => {
      const record = aQuery({ isShared: true });
      await records.insert(record);
      expect(await records.remove(record.id, 'token:ben')).toBe(false);
      expect(await records.remove(record.id, record.owner)).toBe(true);
      expect(await records.remove(record.id, record.owner)).toBe(false);
      expect(await records.find(record.id, ann)).toBeUndefined();
    });
  });
}
