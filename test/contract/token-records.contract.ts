import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TokenRecord, TokenRecords } from '../../src/auth/token-records.port.js';
import type { SessionRecords } from '../../src/auth/session-records.port.js';

/** The adapters under test, over empty tables. */
export interface TokenEngine {
  readonly tokens: TokenRecords;
  readonly sessions: SessionRecords;
  clear(): Promise<void>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-05-01T10:00:00.123Z');
const hash = (digit: string): string => digit.repeat(64);

function aToken(fields: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id: 'a1',
    name: 'ci',
    role: 'viewer',
    hash: hash('a'),
    origin: 'api',
    createdBy: 'ann',
    createdAtMs: NOW_MS,
    ...fields,
  };
}

/** The one suite of `TokenRecords` and `SessionRecords`, which share their transactions. */
export function describeTokenRecords(engine: string, open: () => Promise<TokenEngine>): void {
  describe(`Tokens and sessions on ${engine}`, () => {
    let opened: TokenEngine;
    let tokens: TokenRecords;
    let sessions: SessionRecords;

    beforeAll(async () => {
      opened = await open();
      ({ tokens, sessions } = opened);
    });
    afterAll(() => opened.close());
    beforeEach(() => opened.clear());

    it('finds a token with all that was kept, exactly', async () => {
      const whole = aToken({ namespaces: ['shop', 'da"ta,{}'], expiresAtMs: NOW_MS + 1, lastUsedAtMs: NOW_MS + 2 });
      await tokens.insert(whole);
      await tokens.insert(aToken({ id: 'a2' }));
      expect(await tokens.find('a1')).toEqual(whole);
      expect(await tokens.find('a2')).toEqual(aToken({ id: 'a2' }));
      expect(await tokens.find('nobody')).toBeUndefined();
    });

    it('refuses a second token of the same id', async () => {
      await tokens.insert(aToken());
      await expect(tokens.insert(aToken({ name: 'other' }))).rejects.toThrow();
      expect((await tokens.find('a1'))?.name).toBe('ci');
    });

    it('makes one first token when many ask at once', async () => {
      const firsts = ['f1', 'f2', 'f3', 'f4'].map((id) => aToken({ id, role: 'admin', origin: 'first' }));
      const made = await Promise.all(firsts.map((token) => tokens.insertFirst(token)));
      expect(made.filter(Boolean)).toHaveLength(1);
      expect((await tokens.findFirst())?.id).toBe(firsts[made.indexOf(true)]?.id);
    });

    it('makes no other first token after the first was revoked', async () => {
      await tokens.insertFirst(aToken({ id: 'f1', role: 'admin', origin: 'first' }));
      await tokens.insert(aToken({ id: 'a2', role: 'admin' }));
      expect(await tokens.revoke('f1', NOW_MS)).toBe('revoked');
      expect(await tokens.insertFirst(aToken({ id: 'f2', role: 'admin', origin: 'first' }))).toBe(false);
    });

    it('lists valid and expired tokens by creation in pages, without the revoked', async () => {
      await tokens.insert(aToken({ id: 'c', createdAtMs: NOW_MS }));
      await tokens.insert(aToken({ id: 'b', createdAtMs: NOW_MS }));
      await tokens.insert(aToken({ id: 'a', createdAtMs: NOW_MS + 1, expiresAtMs: NOW_MS + 2 }));
      await tokens.insert(aToken({ id: 'gone', createdAtMs: NOW_MS - 1, revokedAtMs: NOW_MS }));
      expect((await tokens.list(2)).map(({ id }) => id)).toEqual(['b', 'c']);
      expect((await tokens.list(2, { createdAtMs: NOW_MS, id: 'c' })).map(({ id }) => id)).toEqual(['a']);
    });

    it('notes the last use and never moves it back', async () => {
      await tokens.insert(aToken());
      await tokens.touch('a1', NOW_MS + 5);
      await tokens.touch('a1', NOW_MS + 3);
      expect((await tokens.find('a1'))?.lastUsedAtMs).toBe(NOW_MS + 5);
    });

    it('revokes a token once and keeps its record', async () => {
      await tokens.insert(aToken());
      expect(await tokens.revoke('a1', NOW_MS + 7)).toBe('revoked');
      expect(await tokens.revoke('a1', NOW_MS + 8)).toBe('unknown');
      expect(await tokens.revoke('nobody', NOW_MS)).toBe('unknown');
      expect((await tokens.find('a1'))?.revokedAtMs).toBe(NOW_MS + 7);
    });

    it.each([
      ['a viewer', { role: 'viewer' }],
      ['a revoked admin', { role: 'admin', revokedAtMs: NOW_MS - 1 }],
      ['an expired admin', { role: 'admin', expiresAtMs: NOW_MS }],
      ['an admin of some namespaces', { role: 'admin', namespaces: ['shop'] }],
    ] as const)('keeps the last admin token when beside it is only %s', async (_, fields) => {
      await tokens.insert(aToken({ id: 'admin', role: 'admin' }));
      await tokens.insert(aToken({ id: 'other', ...fields }));
      expect(await tokens.revoke('admin', NOW_MS)).toBe('last');
      expect((await tokens.find('admin'))?.revokedAtMs).toBeUndefined();
    });

    it('keeps one of the last two admin tokens when both are revoked at once', async () => {
      await tokens.insert(aToken({ id: 'x', role: 'admin' }));
      await tokens.insert(aToken({ id: 'y', role: 'admin', expiresAtMs: NOW_MS + HOUR_MS }));
      const ends = await Promise.all([tokens.revoke('x', NOW_MS), tokens.revoke('y', NOW_MS)]);
      expect([...ends].sort()).toEqual(['last', 'revoked']);
    });

    it('replaces a given token: it is valid again, keeps its last use, and a new hash ends its sessions', async () => {
      const given = aToken({ id: 'admin', role: 'admin', origin: 'given' });
      await tokens.put({ ...given, revokedAtMs: NOW_MS, lastUsedAtMs: NOW_MS });
      await sessions.insert({ hash: hash('1'), tokenId: 'admin', createdAtMs: NOW_MS, expiresAtMs: NOW_MS + HOUR_MS });
      await tokens.put(given);
      expect(await tokens.find('admin')).toEqual({ ...given, lastUsedAtMs: NOW_MS });
      expect(await sessions.find(hash('1'))).toBeDefined();
      await tokens.put({ ...given, hash: hash('b') });
      expect(await sessions.find(hash('1'))).toBeUndefined();
    });

    it('ends the sessions of a token with the token, and no others', async () => {
      await tokens.insert(aToken({ id: 'x' }));
      await tokens.insert(aToken({ id: 'y' }));
      const session = { hash: hash('1'), tokenId: 'x', createdAtMs: NOW_MS, expiresAtMs: NOW_MS + HOUR_MS };
      await sessions.insert(session);
      await sessions.insert({ ...session, hash: hash('2'), tokenId: 'y' });
      expect(await sessions.find(hash('1'))).toEqual(session);
      await tokens.revoke('x', NOW_MS);
      expect(await sessions.find(hash('1'))).toBeUndefined();
      expect(await sessions.find(hash('2'))).toBeDefined();
    });

    it('takes no session of an unknown token', async () => {
      await expect(
        sessions.insert({ hash: hash('1'), tokenId: 'nobody', createdAtMs: NOW_MS, expiresAtMs: NOW_MS }),
      ).rejects.toThrow();
    });

    it('removes a session, and trims those that have expired', async () => {
      await tokens.insert(aToken());
      const session = { tokenId: 'a1', createdAtMs: NOW_MS };
      await sessions.insert({ ...session, hash: hash('1'), expiresAtMs: NOW_MS });
      await sessions.insert({ ...session, hash: hash('2'), expiresAtMs: NOW_MS + 2 });
      await sessions.insert({ ...session, hash: hash('3'), expiresAtMs: NOW_MS + 2 });
      await sessions.remove(hash('3'));
      await sessions.remove(hash('3'));
      expect(await sessions.trim(NOW_MS + 1)).toBe(1);
      expect(await sessions.find(hash('1'))).toBeUndefined();
      expect(await sessions.find(hash('2'))).toBeDefined();
      expect(await sessions.find(hash('3'))).toBeUndefined();
    });
  });
}
