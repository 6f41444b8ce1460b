import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditRecord, AuditRecords } from '../../src/auth/audit-records.port.js';

/** The adapter under test, over an empty table. */
export interface AuditEngine {
  readonly audit: AuditRecords;
  clear(): Promise<void>;
  close(): Promise<void>;
}

const NOW_MS = Date.parse('2026-05-01T10:00:00.123Z');

function aRow(fields: Partial<AuditRecord> = {}): AuditRecord {
  return {
    id: 'r1',
    atMs: NOW_MS,
    callerKind: 'token',
    callerName: 'ann',
    tokenId: 'a1',
    operation: 'createToken',
    method: 'POST',
    path: '/api/v1/tokens',
    requestId: 'req-1',
    remoteAddress: '10.0.0.9',
    count: 1,
    ...fields,
  };
}

/** The one suite of `AuditRecords`. */
export function describeAuditRecords(engine: string, open: () => Promise<AuditEngine>): void {
  describe(`The audit trail on ${engine}`, () => {
    let opened: AuditEngine;
    let audit: AuditRecords;

    beforeAll(async () => {
      opened = await open();
      audit = opened.audit;
    });
    afterAll(() => opened.close());
    beforeEach(() => opened.clear());

    const ids = async (...parameters: Parameters<AuditRecords['list']>): Promise<string[]> =>
      (await audit.list(...parameters)).map(({ id }) => id);

    it('gives rows back with all that was kept, exactly', async () => {
      const started = aRow({ target: 'token=x' });
      const counted: AuditRecord = {
        id: 'r2',
        atMs: NOW_MS - 1,
        callerKind: 'unknown',
        method: '*',
        path: '*',
        requestId: 'req-2',
        remoteAddress: '2001:db8:0:0::/64',
        count: 17,
        end: { outcome: 'refused', status: 429, code: 'RATE_LIMITED', finishedAtMs: NOW_MS },
      };
      await audit.insert(started);
      await audit.insert(counted);
      expect(await audit.list({}, 10)).toEqual([started, counted]);
    });

    it('ends a row once', async () => {
      await audit.insert(aRow());
      const end = { outcome: 'succeeded', status: 201, finishedAtMs: NOW_MS + 9 } as const;
      await audit.end('r1', end);
      await expect(audit.end('r1', { ...end, outcome: 'failed', status: 500 })).rejects.toThrow('r1');
      await expect(audit.end('nothing', end)).rejects.toThrow('nothing');
      expect(await audit.list({}, 10)).toEqual([aRow({ end })]);
    });

    it('lists the newest first, in pages that lose and repeat nothing when rows share an instant', async () => {
      for (const id of ['b', 'd', 'a', 'c']) await audit.insert(aRow({ id }));
      await audit.insert(aRow({ id: 'new', atMs: NOW_MS + 1 }));
      expect(await ids({}, 2)).toEqual(['new', 'd']);
      expect(await ids({}, 2, { atMs: NOW_MS, id: 'd' })).toEqual(['c', 'b']);
      expect(await ids({}, 2, { atMs: NOW_MS, id: 'b' })).toEqual(['a']);
    });

    it.each([
      [{ fromMs: NOW_MS }, ['other', 'mine']],
      [{ toMs: NOW_MS }, ['old']],
      [{ caller: 'ben' }, ['other']],
      [{ operation: 'login' }, ['old']],
      [{ outcome: 'failed' }, ['other']],
      [{ outcome: 'started' }, ['mine', 'old']],
      [{ requestId: 'req-9' }, ['old']],
      [{ caller: 'ben', outcome: 'started' }, []],
    ] as const)('filters by %j', async (filter, expected) => {
      await audit.insert(aRow({ id: 'old', atMs: NOW_MS - 1, operation: 'login', requestId: 'req-9' }));
      await audit.insert(aRow({ id: 'mine' }));
      const end = { outcome: 'failed', status: 422, code: 'UNPROCESSABLE', finishedAtMs: NOW_MS } as const;
      await audit.insert(aRow({ id: 'other', callerName: 'ben', end }));
      expect(await ids(filter, 10)).toEqual(expected);
    });

    it('trims the oldest rows, at most as many as it is told', async () => {
      for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) await audit.insert(aRow({ id, atMs: NOW_MS + index }));
      expect(await audit.trim(NOW_MS + 3, 2)).toBe(2);
      expect(await ids({}, 10)).toEqual(['d', 'c']);
      expect(await audit.trim(NOW_MS + 3, 2)).toBe(1);
      expect(await ids({}, 10)).toEqual(['d']);
    });
  });
}
