import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/adapters/postgres/database.js';
import { UnrecoverableJobError } from '../../src/jobs/job-errors.js';
import { PartialResult, type JobContext } from '../../src/jobs/job-handler.js';
import { JobHandlersError } from '../../src/jobs/job-handlers.js';
import type { RunView } from '../../src/jobs/run.schema.js';
import { RunService } from '../../src/jobs/run.service.js';
import { SweepRuns } from '../../src/jobs/sweep-runs.service.js';
import { Log } from '../../src/platform/log.js';
import { eventually } from '../support/eventually.js';
import {
  callApi,
  closeDays,
  DropExpired,
  openTestDatabase,
  startJobsApp,
  type CallOptions,
  type JobsApp,
  type Method,
} from './jobs-app.js';

describe('background work', () => {
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
  beforeEach(() => {
    closeDays.handle = () => Promise.resolve({ days: 0 });
  });

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what the caller expects of the body
  const call = <Body = RunView>(method: Method, path: string, options?: CallOptions) =>
    callApi<Body>(jobs, method, path, options);
  const start = () => jobs.app.get(RunService).start('metrics.close-days', {}, 'ann');
  const ended = (id: string) =>
    eventually('the run ends', async () => {
      const run = (await call('GET', `/runs/${id}`)).body;
      return run.finishedAt === undefined ? undefined : run;
    });
  function untilAborted({ signal }: JobContext): Promise<never> {
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
    });
  }

  it.each([
    ['/runs?kind=%00', 'kind'],
    [`/schedules/${'x'.repeat(101)}`, 'schedule'],
    [`/runs/${'x'.repeat(101)}`, 'run'],
  ])('refuses what no name can be: %s', async (path, pointer) => {
    const { status, body } = await call<{ errors: { pointer: string }[] }>('GET', path);
    expect([status, body.errors[0]?.pointer]).toEqual([400, pointer]);
  });

  describe('runs', () => {
    it('are shown with progress and result', async () => {
      closeDays.handle = (context) => {
        context.progress(1, 2, 'first');
        context.progress(2, 2, 'second');
        return Promise.resolve({ days: 2 });
      };
      const { id } = await start();
      expect(await ended(id)).toMatchObject({
        id,
        kind: 'metrics.close-days',
        title: 'Write closed days to Parquet',
        state: 'succeeded',
        attempt: 1,
        progress: { done: 2, total: 2, message: 'second' },
        startedBy: 'ann',
        result: { days: 2 },
      });
    });

    it('tell safe reasons only', async () => {
      closeDays.handle = () => Promise.reject(new UnrecoverableJobError('The disk is full'));
      const meant = await start();
      expect(await ended(meant.id)).toMatchObject({ state: 'failed', error: 'The disk is full' });
      closeDays.handle = () => Promise.resolve(new PartialResult({ days: 1 }, 'one day is locked'));
      const partial = await start();
      expect(await ended(partial.id)).toMatchObject({
        state: 'partial',
        result: { days: 1 },
        error: 'one day is locked',
      });
    });

    it('are cancelled at once, and their handler stops', async () => {
      const stopped = Promise.withResolvers<string>();
      const began = Promise.withResolvers<void>();
      closeDays.handle = (context) => {
        began.resolve();
        context.signal.addEventListener('abort', () => stopped.resolve(String(context.signal.reason)));
        return untilAborted(context);
      };
      const { id } = await start();
      await began.promise;
      const answer = await call('POST', `/runs/${id}/cancel`);
      expect(answer).toMatchObject({ status: 200, body: { state: 'cancelled' } });
      expect(await stopped.promise).toContain('cancelled');
      expect(await call('POST', `/runs/${id}/cancel`)).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
      expect((await call('GET', `/runs/${id}`)).body.state).toBe('cancelled');
    });

    it('whose job the queue has lost are queued again and end, and were not cancelled', async () => {
      const began = Promise.withResolvers<void>();
      closeDays.handle = (context) => {
        began.resolve();
        return untilAborted(context);
      };
      const { id } = await start();
      await began.promise;
      await database.pool.query("DELETE FROM bullmq.job WHERE state = 'active'");
      await eventually('its handler stops', async () => (await call('GET', `/runs/${id}`)).body.state !== 'running');
      expect((await call('GET', `/runs/${id}`)).body.state).toBe('queued');
      closeDays.handle = () => Promise.resolve('yes');
      await database.pool.query(`UPDATE runs SET changed_at = now() - interval '1 hour' WHERE id = '${id}'`);
      await jobs.app.get(SweepRuns).sweep(new AbortController().signal);
      expect(await ended(id)).toMatchObject({ state: 'succeeded', result: 'yes' });
    });

    it('that did not succeed are retried in a new run', async () => {
      closeDays.handle = () => Promise.reject(new UnrecoverableJobError('no'));
      const { id } = await start();
      await ended(id);
      closeDays.handle = () => Promise.resolve('yes');
      const again = await call('POST', `/runs/${id}/retry`, { headers: { 'x-name': 'bob' } });
      expect(again.status).toBe(202);
      expect(again.headers['location']).toBe(`/api/v1/runs/${again.body.id}`);
      expect(again.body).toMatchObject({ retryOf: id, startedBy: 'bob' });
      expect(await ended(again.body.id)).toMatchObject({ state: 'succeeded', result: 'yes' });
      expect(await call('POST', `/runs/${again.body.id}/retry`)).toMatchObject({ status: 409 });
    });

    it('are listed newest first in pages, and unknown ones are 404', async () => {
      const first = await start();
      const second = await start();
      const page = await call<{ items: RunView[]; nextCursor: string }>('GET', '/runs?limit=1&kind=metrics.close-days');
      expect(page.body.items.map(({ id }) => id)).toEqual([second.id]);
      const next = await call<{ items: RunView[] }>(
        'GET',
        `/runs?limit=1&kind=metrics.close-days&cursor=${page.body.nextCursor}`,
      );
      expect(next.body.items.map(({ id }) => id)).toEqual([first.id]);
      for (const [atMs, id] of [
        ['1', '2'],
        ['9e15', JSON.stringify(crypto.randomUUID())],
        ['-9e14', JSON.stringify(crypto.randomUUID())],
      ]) {
        const cursor = Buffer.from(`[${atMs},${id}]`).toString('base64url');
        expect(await call('GET', `/runs?cursor=${cursor}`)).toMatchObject({ status: 400 });
      }
      expect(await call('GET', '/runs/nothing')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
      await ended(second.id);
    });

    it('stream their changes, and go on after Last-Event-ID', async () => {
      const goOn = Promise.withResolvers<void>();
      closeDays.handle = async (context) => {
        context.progress(1, 2);
        await goOn.promise;
        return 'end';
      };
      if (!jobs.app.getHttpServer().listening) await jobs.app.listen(0, '127.0.0.1');
      const { port } = jobs.app.getHttpServer().address() as AddressInfo;
      const { id } = await start();
      const url = `http://127.0.0.1:${port}/api/v1/runs/${id}/events`;
      const response = await fetch(url);
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      let text = '';
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk as Uint8Array).toString();
        if (text.includes('"done":1')) goOn.resolve();
      }
      const events = eventsOf(text);
      expect(events.map(({ id }) => Number(id))).toEqual(events.map(({ id }) => Number(id)).toSorted((a, b) => a - b));
      expect(events.at(-1)?.data).toMatchObject({ id, state: 'succeeded', result: 'end' });
      const last = events.at(-1)?.id ?? '';
      expect(eventsOf(await (await fetch(url, { headers: { 'last-event-id': last } })).text())).toEqual([]);
      expect(eventsOf(await (await fetch(url, { headers: { 'last-event-id': '1' } })).text())).toHaveLength(1);
      expect((await fetch(url.replace(id, crypto.randomUUID()))).status).toBe(404);
    });
  });

  it('end the stream of their changes when its caller may no longer call', async () => {
    const goOn = Promise.withResolvers<string>();
    closeDays.handle = () => goOn.promise;
    if (!jobs.app.getHttpServer().listening) await jobs.app.listen(0, '127.0.0.1');
    const { port } = jobs.app.getHttpServer().address() as AddressInfo;
    const { id } = await start();
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/runs/${id}/events`);
    jobs.caller.revoke();
    expect(eventsOf(await response.text()).map(({ data }) => data.state)).not.toContain('succeeded');
    goOn.resolve('end');
    await ended(id);
  });

  function eventsOf(text: string): { id: string; data: RunView }[] {
    return text
      .split('\n\n')
      .filter((part) => part.startsWith('id: '))
      .map((part) => ({
        id: /^id: (\d+)$/m.exec(part)?.[1] ?? '',
        data: JSON.parse(/^data: (.*)$/m.exec(part)?.[1] ?? '') as RunView,
      }));
  }

  describe('the sweeper', () => {
    /** Sweeps as if a minute had passed. */
    const sweepLater = () => {
      const clock = { now: () => Date.now() + 60_000 };
      return new SweepRuns(jobs.runs, jobs.queue, clock, Log.silent()).sweep(new AbortController().signal);
    };

    it('enqueues a run whose job is missing', async () => {
      const id = crypto.randomUUID();
      const run = { id, jobId: id, kind: 'metrics.close-days', payload: {}, startedBy: 'ann', createdAtMs: Date.now() };
      await jobs.runs.insert(run);
      expect((await sweepLater()).enqueued).toBe(1);
      expect(await ended(id)).toMatchObject({ state: 'succeeded' });
      expect(await sweepLater()).toEqual({ alive: 0, enqueued: 0, closed: 0 });
    });

    it('leaves a run alone whose job is alive', async () => {
      const finish = Promise.withResolvers<string>();
      closeDays.handle = () => finish.promise;
      const { id } = await start();
      await eventually('it runs', async () => (await call('GET', `/runs/${id}`)).body.state === 'running');
      expect(await sweepLater()).toEqual({ alive: 1, enqueued: 0, closed: 0 });
      finish.resolve('ok');
      expect(await ended(id)).toMatchObject({ state: 'succeeded' });
    });

    it('closes a run whose job is over', async () => {
      const { id } = await start();
      await ended(id);
      await eventually(
        'the job is over',
        async () => (await jobs.queue.find('metrics.close-days', id))?.state === 'completed',
      ); // after its run
      const lost = crypto.randomUUID();
      await jobs.runs.insert({
        id: lost,
        jobId: id,
        kind: 'metrics.close-days',
        payload: {},
        startedBy: 'ann',
        createdAtMs: 1,
      });
      expect((await sweepLater()).closed).toBe(1);
      expect((await call('GET', `/runs/${lost}`)).body).toMatchObject({ state: 'succeeded', result: { days: 0 } });
    });
  });

  it('refuses to start without a handler for each job, and names it', async () => {
    await expect(startJobsApp(database, { handlers: [DropExpired] })).rejects.toThrow(JobHandlersError);
    await expect(startJobsApp(database, { handlers: [DropExpired] })).rejects.toThrow(
      /metrics\.collect-shard has no handler/,
    );
  });

  it('needs no handlers in a process without workers, which still enqueues', async () => {
    const api = await startJobsApp(database, { workers: false, handlers: [] });
    const { id } = await api.app.get(RunService).start('metrics.close-days', {}, 'cat');
    expect(await ended(id)).toMatchObject({ state: 'succeeded', startedBy: 'cat' });
    await api.close();
  });

  it('hands a running run back when the process stops, for the next to finish', async () => {
    const began = Promise.withResolvers<void>();
    closeDays.handle = (context) => {
      began.resolve();
      return untilAborted(context);
    };
    const { id } = await start();
    await began.promise;
    await jobs.close();
    expect(await jobs.runs.find(id)).toMatchObject({ state: 'queued' });
    closeDays.handle = () => Promise.resolve('second process');
    jobs = await startJobsApp(database);
    expect(await ended(id)).toMatchObject({ state: 'succeeded', result: 'second process', attempt: 1 });
  });
});
