import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/adapters/postgres/database.js';
import type { RunView } from '../../src/jobs/run.schema.js';
import type { ScheduleView } from '../../src/jobs/schedule.schema.js';
import { eventually } from '../support/eventually.js';
import {
  callApi,
  closeDays,
  openTestDatabase,
  startJobsApp,
  type CallOptions,
  type JobsApp,
  type Method,
} from './jobs-app.js';

describe('schedules and repeated requests', () => {
  let database: Database;
  let jobs: JobsApp;

  beforeAll(async () => {
    database = await openTestDatabase();
    jobs = await startJobsApp(database);
  });
  afterAll(async () => {
    await jobs.close();
    await database.close();
  });

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what the caller expects of the body
  const call = <Body = RunView>(method: Method, path: string, options?: CallOptions) =>
    callApi<Body>(jobs, method, path, options);

  describe('schedules', () => {
    it('show what is built in, with its next run, and keep it from change', async () => {
      const { body } = await call<{ items: ScheduleView[] }>('GET', '/schedules');
      expect(body.items.find(({ name }) => name === 'collect-metrics')).toMatchObject({
        kind: 'metrics.start-cycle',
        every: '1m',
        builtIn: true,
        nextRunAt: expect.stringMatching(/Z$/) as unknown,
      });
      expect(body.items.map(({ name }) => name)).toEqual(body.items.map(({ name }) => name).toSorted());
      const content = { kind: 'records.trim', every: '1h' };
      expect((await call('PUT', '/schedules/collect-metrics', { body: content })).status).toBe(409);
      expect((await call('DELETE', '/schedules/collect-metrics')).status).toBe(409);
      expect((await call('POST', '/schedules', { body: { name: 'collect-metrics', ...content } })).status).toBe(409);
    });

    it('are made, changed and removed, in the queue too', async () => {
      const made = await call<ScheduleView>('POST', '/schedules', {
        body: { name: 'nightly', kind: 'records.trim', cron: '0 4 * * *', timeZone: 'Asia/Tokyo' },
      });
      expect(made).toMatchObject({
        status: 201,
        headers: { location: '/api/v1/schedules/nightly' },
        body: { cron: '0 4 * * *', timeZone: 'Asia/Tokyo', builtIn: false, createdBy: 'ann', payload: {} },
      });
      expect(made.body.nextRunAt).toMatch(/T19:00:00\.000Z$/);
      const changed = await call<ScheduleView>('PUT', '/schedules/nightly', {
        body: { kind: 'records.trim', every: '2h' },
      });
      expect(changed).toMatchObject({ status: 200, body: { every: '2h', builtIn: false } });
      expect(changed.body.cron).toBeUndefined();
      expect((await jobs.queue.schedules()).find(({ id }) => id === 'nightly')?.cadence).toEqual({
        everyMs: 7_200_000,
      });
      expect((await call('DELETE', '/schedules/nightly')).status).toBe(204);
      expect((await call('GET', '/schedules/nightly')).status).toBe(404);
      expect((await jobs.queue.schedules()).some(({ id }) => id === 'nightly')).toBe(false);
    });

    it.each([
      [{ name: 'x', kind: 'records.trim' }, 400, 'either cron'],
      [{ name: 'x', kind: 'records.trim', cron: '99 * * * *' }, 400, 'no such minute'],
      [{ name: 'x', kind: 'records.trim', cron: '* * * * *', timeZone: 'Mars/Phobos' }, 400, 'IANA'],
      [{ name: 'x', kind: 'records.trim', every: '1s' }, 400, '5s to 30d'],
      [{ name: 'X!', kind: 'records.trim', every: '1h' }, 400, 'lower-case'],
      [{ name: 'x', kind: 'records.trim', every: '1h', payload: { a: 1 } }, 400, 'a'],
      [{ name: 'x', kind: 'no.such', every: '1h' }, 422, 'metrics.start-cycle'],
      [{ name: 'x', kind: 'metrics.collect-shard', every: '1h' }, 422, 'Only the program'],
    ])('refuse %j', async (body, status, detail) => {
      const answer = await call<{ detail: string }>('POST', '/schedules', { body });
      expect(answer.status).toBe(status);
      expect(answer.body.detail).toContain(detail);
    });

    it('start runs in their own name', async () => {
      closeDays.handle = () => Promise.resolve('by schedule');
      await jobs.queue.schedule('fast', { everyMs: 200 }, 'metrics.close-days', {});
      const run = await eventually('a run of the schedule ends', async () => {
        const { body } = await call<{ items: RunView[] }>('GET', '/runs?kind=metrics.close-days&state=succeeded');
        return body.items.find(({ startedBy }) => startedBy === 'schedule:fast');
      });
      expect(run.result).toBe('by schedule');
      await jobs.queue.unschedule('fast');
    });
  });

  describe('an Idempotency-Key', () => {
    const body = (name: string) => ({ name, kind: 'records.trim', every: '3h' });
    const post = (name: string, key: string, caller = 'ann') =>
      call<ScheduleView & { code?: string }>('POST', '/schedules', {
        body: body(name),
        headers: { 'idempotency-key': key, 'x-name': caller },
      });

    it('answers a repeated request with the first outcome', async () => {
      const first = await post('once', 'key-1');
      const second = await post('once', 'key-1');
      expect(second.status).toBe(201);
      expect(second.body).toEqual(first.body);
      expect(second.headers['location']).toBe('/api/v1/schedules/once');
      expect(second.headers['idempotency-replayed']).toBe('true');
      expect((await post('once', 'key-2')).status).toBe(409);
      expect((await post('once', 'key-1', 'bob')).status).toBe(409);
    });

    it('is refused for another request, and given back when the first failed', async () => {
      expect((await post('again', 'key-3')).status).toBe(201);
      expect(await post('other', 'key-3')).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
      expect((await post('again', 'key-4')).status).toBe(409);
      await call('DELETE', '/schedules/again');
      expect((await post('again', 'key-4')).status).toBe(201);
      expect((await post('again', ' bad key '.repeat(30))).status).toBe(400);
    });
  });
});
