import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresIdempotencyRecords } from '../../src/adapters/postgres/idempotency-records.postgres.js';
import { PostgresRunRecords } from '../../src/adapters/postgres/run-records.postgres.js';
import { PostgresScheduleRecords } from '../../src/adapters/postgres/schedule-records.postgres.js';
import type { NewRun } from '../../src/jobs/run-records.port.js';
import type { TestRecords } from '../support/records.js';

const T0 = Date.UTC(2026, 0, 1);

function aRun(over: Partial<NewRun> = {}): NewRun {
  const id = randomUUID();
  return { id, jobId: id, kind: 'records.trim', payload: { n: 1 }, startedBy: 'ann', createdAtMs: T0, ...over };
}

/** What every database promises of the records of jobs: runs, schedules and first outcomes. */
export function describeRunRecords(engine: string, open: () => Promise<TestRecords>): void {
  describe(`records of jobs on ${engine}`, () => {
    let opened: TestRecords;
    let runs: PostgresRunRecords;
    let schedules: PostgresScheduleRecords;
    let keys: PostgresIdempotencyRecords;

    beforeAll(async () => {
      opened = await open();
      const { database } = opened;
      runs = new PostgresRunRecords(database);
      schedules = new PostgresScheduleRecords(database);
      keys = new PostgresIdempotencyRecords(database);
    });
    afterAll(() => opened.close());

    async function aRunningRun(holder: string) {
      const run = aRun();
      await runs.insert(run);
      await runs.change(run.id, { to: 'running', holder, attempt: 1, atMs: T0 + 1 });
      return run;
    }

    it('keeps a run from queued to succeeded, with its version counting every change', async () => {
      const run = aRun({ retryOf: randomUUID() });
      expect(await runs.insert(run)).toBe(true);
      expect(await runs.insert({ ...run, kind: 'other' })).toBe(false);
      expect(await runs.find(run.id)).toEqual({
        ...run,
        state: 'queued',
        progress: { done: 0 },
        attempt: 0,
        version: 1,
      });

      expect(await runs.change(run.id, { to: 'running', holder: 'h', attempt: 1, atMs: T0 + 10 })).toBe(true);
      expect(await runs.progress(run.id, 'h', { done: 3, total: 9, message: 'going' })).toBe(true);
      expect(await runs.change(run.id, { to: 'succeeded', holder: 'h', atMs: T0 + 20, result: { ok: [1] } })).toBe(
        true,
      );
      expect(await runs.find(run.id)).toEqual({
        ...run,
        state: 'succeeded',
        attempt: 1,
        progress: { done: 3, total: 9, message: 'going' },
        startedAtMs: T0 + 10,
        finishedAtMs: T0 + 20,
        result: { ok: [1] },
        version: 4,
      });
    });

    it('never changes a run that is over', async () => {
      const run = await aRunningRun('h');
      expect(await runs.change(run.id, { to: 'cancelled', atMs: T0 + 5 })).toBe(true);
      expect(await runs.change(run.id, { to: 'succeeded', holder: 'h', atMs: T0 + 6, result: 1 })).toBe(false);
      expect(await runs.change(run.id, { to: 'running', holder: 'i', attempt: 2, atMs: T0 + 7 })).toBe(false);
      expect(await runs.progress(run.id, 'h', { done: 9 })).toBe(false);
      expect(await runs.find(run.id)).toMatchObject({
        state: 'cancelled',
        finishedAtMs: T0 + 5,
        progress: { done: 0 },
      });
    });

    it('lets only the last holder change a run', async () => {
      const run = await aRunningRun('first');
      expect(await runs.change(run.id, { to: 'running', holder: 'second', attempt: 1, atMs: T0 + 9 })).toBe(true);
      expect(await runs.progress(run.id, 'first', { done: 1 })).toBe(false);
      expect(await runs.change(run.id, { to: 'failed', holder: 'first', atMs: T0 + 9, error: 'late' })).toBe(false);
      expect(await runs.change(run.id, { to: 'queued', holder: 'second', atMs: T0 + 10 })).toBe(true);
      expect(await runs.change(run.id, { to: 'failed', holder: 'second', atMs: T0 + 11, error: 'late' })).toBe(false);
      expect(await runs.find(run.id)).toMatchObject({ state: 'queued', startedAtMs: T0 + 1 });
    });

    it('finds nothing under an unknown id, whatever it looks like', async () => {
      expect(await runs.find(randomUUID())).toBeUndefined();
      expect(await runs.find("'; drop table runs")).toBeUndefined();
      expect(await runs.change(randomUUID(), { to: 'cancelled', atMs: T0 })).toBe(false);
    });

    it('lists newest first, in pages, by kind and state', async () => {
      const kind = `list-${randomUUID()}`;
      const made = [1, 2, 2, 3].map((age) => aRun({ kind, createdAtMs: T0 - age }));
      for (const run of made) await runs.insert(run);
      const expected = made
        .toSorted((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1))
        .map(({ id }) => id);
      const first = await runs.list({ kind }, 2);
      const last = first.at(-1);
      const rest = await runs.list({ kind }, 9, last && { createdAtMs: last.createdAtMs, id: last.id });
      expect([...first, ...rest].map(({ id }) => id)).toEqual(expected);
      await runs.change(expected[0] ?? '', { to: 'cancelled', atMs: T0 });
      expect((await runs.list({ kind, state: 'cancelled' }, 9)).map(({ id }) => id)).toEqual([expected[0]]);
      expect(await runs.list({ kind, payload: { n: 2 } }, 9)).toEqual([]);
      expect(await runs.list({ kind, payload: { n: 1 } }, 9)).toHaveLength(expected.length);
    });

    it('tells unfinished runs that have not changed, and trims those long over', async () => {
      const old = Date.UTC(2020, 0, 1);
      const stuck = aRun({ createdAtMs: old });
      const over = aRun({ createdAtMs: old });
      await runs.insert(stuck);
      await runs.insert(over);
      await runs.change(over.id, { to: 'failed', atMs: old + 5, error: 'x' });
      expect((await runs.unfinished(old + 10, 10)).map(({ id }) => id)).toEqual([stuck.id]);
      expect(await runs.unfinished(old - 1, 10)).toEqual([]);
      expect(await runs.trim(old + 5, 10)).toBe(0);
      expect(await runs.trim(old + 6, 10)).toBe(1);
      expect(await runs.find(over.id)).toBeUndefined();
      expect(await runs.find(stuck.id)).toBeDefined();
    });

    it('keeps schedules by name, with a cron pattern or a distance', async () => {
      const nightly = {
        name: 'nightly',
        kind: 'records.trim',
        payload: {},
        cadence: { cron: '0 3 * * *', timeZone: 'Europe/Rome' },
        createdBy: 'ann',
        createdAtMs: T0,
        updatedAtMs: T0,
      };
      expect(await schedules.insert(nightly)).toBe(true);
      expect(await schedules.insert({ ...nightly, createdBy: 'bob' })).toBe(false);
      expect(await schedules.find('nightly')).toEqual(nightly);
      const change = {
        name: 'nightly',
        kind: 'records.trim',
        payload: {},
        cadence: { everyMs: 9e9 },
        updatedAtMs: T0 + 1,
      };
      expect(await schedules.update(change)).toBe(true);
      expect(await schedules.update({ ...change, name: 'none' })).toBe(false);
      await schedules.insert({ ...nightly, name: 'another' });
      expect(await schedules.list()).toEqual([
        { ...nightly, name: 'another' },
        { ...nightly, ...change },
      ]);
      expect(await schedules.remove('nightly')).toBe(true);
      expect(await schedules.remove('nightly')).toBe(false);
      expect(await schedules.find('nightly')).toBeUndefined();
    });

    describe('of first outcomes', () => {
      const request = () => ({ caller: `token:${randomUUID()}`, key: 'k', hash: 'a'.repeat(64) });

      it('let exactly one of many claims through, and answer the others with its outcome', async () => {
        const one = request();
        const claims = await Promise.all(Array.from({ length: 8 }, () => keys.claim(one, T0)));
        expect(claims.filter((claim) => claim === 'claimed')).toHaveLength(1);
        expect(claims.filter((claim) => claim === 'running')).toHaveLength(7);
        const outcome = { status: 202, body: { id: 'r' }, location: '/api/v1/runs/r' };
        await keys.complete(one, outcome);
        expect(await keys.claim(one, T0 + 1)).toEqual({ outcome });
        expect(await keys.claim({ ...one, caller: 'token:other' }, T0 + 1)).toBe('claimed');
      });

      it('refuse the key for another request', async () => {
        const one = request();
        await keys.claim(one, T0);
        expect(await keys.claim({ ...one, hash: 'b'.repeat(64) }, T0)).toBe('mismatch');
      });

      it('are claimed again when given back, abandoned or a day old', async () => {
        const one = request();
        await keys.claim(one, T0);
        await keys.release(one);
        expect(await keys.claim(one, T0)).toBe('claimed');
        expect(await keys.claim(one, T0 + 299_000)).toBe('running');
        expect(await keys.claim(one, T0 + 301_000)).toBe('claimed');
        await keys.complete(one, { status: 200, body: null });
        expect(await keys.claim(one, T0 + 302_000)).toEqual({ outcome: { status: 200, body: null } });
        expect(await keys.claim(one, T0 + 302_000 + 86_400_000)).toBe('claimed');
        expect(await keys.trim(T0 + 400_000 + 2 * 86_400_000)).toBeGreaterThan(0);
      });
    });
  });
}
