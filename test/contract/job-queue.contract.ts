import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BullmqJobQueue } from '../../src/adapters/bullmq/job-queue.bullmq.js';
import { BullmqJobWorkers } from '../../src/adapters/bullmq/job-workers.bullmq.js';
import { openWorker, type BullmqBackend } from '../../src/adapters/bullmq/bullmq-backend.js';
import { InvalidPayloadError, JobAbortedError, UnrecoverableJobError } from '../../src/jobs/job-errors.js';
import { parsePayload } from '../../src/jobs/parse-payload.js';
import type { RunJob, TakenJob } from '../../src/jobs/job-workers.port.js';
import { Log } from '../../src/platform/log.js';
import { eventually } from '../support/eventually.js';
import { testJobs, type TestJobs } from '../support/test-jobs.js';

/** A datastore that the suite opens backends on; each stands for one process. */
export interface QueueDatastore {
  connect(): Promise<BullmqBackend>;
  stop(): Promise<void>;
}

const log = Log.silent();

/** What every backend of `JobQueue` and `JobWorkers` promises. */
export function describeJobQueue(engine: string, start: () => Promise<QueueDatastore>): void {
  describe(`JobQueue on ${engine}`, () => {
    let datastore: QueueDatastore;
    const closers: (() => Promise<void>)[] = [];

    beforeAll(async () => {
      datastore = await start();
    }, 60_000);
    afterAll(async () => {
      for (const close of closers.toReversed()) await close();
      await datastore.stop();
    }, 60_000);

    /** One process: a queue, and workers that are started by `work`. */
    async function aProcess(catalogue: TestJobs) {
      const backend = await datastore.connect();
      const queue = new BullmqJobQueue(catalogue, backend, () => undefined);
      const workers = new BullmqJobWorkers(catalogue, backend, queue.queues, log);
      let isClosed = false;
      const close = async (budgetMs = 2_000): Promise<void> => {
        if (isClosed) return;
        isClosed = true;
        await workers.close(budgetMs);
        await queue.close();
      };
      closers.push(close);
      return { backend, queue, workers, close, work: (run: RunJob) => workers.start(run) };
    }

    const stateOf = async (queue: BullmqJobQueue<TestJobs>, name: keyof TestJobs['jobs'], id: string) =>
      (await queue.find(name, id))?.state;

    it('runs a job once and keeps its result', async () => {
      const { queue, work } = await aProcess(testJobs().catalogue);
      const taken: TakenJob[] = [];
      await work((job) => {
        taken.push(job);
        return Promise.resolve({ seen: job.payload });
      });
      const id = await queue.enqueue('test.do', { n: 7 });
      const found = await eventually('it completes', async () => {
        const job = await queue.find('test.do', id);
        return job?.state === 'completed' ? job : undefined;
      });
      expect(found.result).toEqual({ seen: { n: 7 } });
      expect(taken).toHaveLength(1);
      expect(taken[0]).toMatchObject({ name: 'test.do', id, attempt: 1, lastAttempt: true });
    });

    it('refuses a payload that does not fit its schema, before anything is stored', async () => {
      const { queue } = await aProcess(testJobs().catalogue);
      await expect(queue.enqueue('test.do', { n: -1 }, { id: 'bad' })).rejects.toThrow(InvalidPayloadError);
      await expect(queue.enqueue('test.do', { n: 1, token: 'x' } as { n: number }, { id: 'bad' })).rejects.toThrow(
        /token/,
      );
      expect(await queue.find('test.do', 'bad')).toBeUndefined();
    });

    it('fails a job for good whose stored payload does not fit', async () => {
      const { catalogue } = testJobs();
      const { queue, work } = await aProcess(catalogue);
      let attempts = 0;
      await work((job) => {
        attempts++;
        return Promise.resolve(parsePayload(catalogue, 'test.do', { n: 'x', of: job.id }));
      });
      const id = await queue.enqueue('test.retry', { n: 1 });
      await eventually('it fails', async () => (await stateOf(queue, 'test.retry', id)) === 'failed');
      expect(attempts).toBe(1);
      expect((await queue.find('test.retry', id))?.failedReason).toContain('payload of test.do is not valid');
    });

    it('does not enqueue a second job of the same name and id', async () => {
      const { queue, work } = await aProcess(testJobs().catalogue);
      const seen: unknown[] = [];
      await Promise.all([1, 2, 3].map((n) => queue.enqueue('test.do', { n }, { id: 'same' })));
      await queue.enqueue('test.gather', { n: 4 }, { id: 'same' });
      await work(async (job) => {
        seen.push(job.name);
        await Promise.resolve();
      });
      await eventually('both names ran', async () => (await stateOf(queue, 'test.gather', 'same')) === 'completed');
      await eventually('both names ran', async () => (await stateOf(queue, 'test.do', 'same')) === 'completed');
      expect(seen.toSorted()).toEqual(['test.do', 'test.gather']);
    });

    it('tries a failed job again after its back-off, and then no more', async () => {
      const { queue, work } = await aProcess(testJobs().catalogue);
      const attempts: { attempt: number; last: boolean; atMs: number }[] = [];
      await work((job) => {
        attempts.push({ attempt: job.attempt, last: job.lastAttempt, atMs: Date.now() });
        return Promise.reject(new Error(`attempt ${job.attempt}`));
      });
      const id = await queue.enqueue('test.retry', { n: 1 });
      await eventually('it fails for good', async () => (await stateOf(queue, 'test.retry', id)) === 'failed');
      expect(attempts.map(({ attempt, last }) => [attempt, last])).toEqual([
        [1, false],
        [2, false],
        [3, true],
      ]);
      const [first, second, third] = attempts.map(({ atMs }) => atMs) as [number, number, number];
      expect(second - first).toBeGreaterThanOrEqual(95);
      expect(third - second).toBeGreaterThanOrEqual(190);
      expect(await queue.find('test.retry', id)).toMatchObject({ attemptsMade: 3, failedReason: 'attempt 3' });
    });

    it('does not try again after an error that says so', async () => {
      const { queue, work } = await aProcess(testJobs().catalogue);
      await work(() => Promise.reject(new UnrecoverableJobError('never')));
      const id = await queue.enqueue('test.retry', { n: 1 });
      await eventually('it fails', async () => (await stateOf(queue, 'test.retry', id)) === 'failed');
      expect(await queue.find('test.retry', id)).toMatchObject({ attemptsMade: 1, failedReason: 'never' });
    });

    it('holds a delayed job back until its time', async () => {
      const { queue, work } = await aProcess(testJobs().catalogue);
      const ranAt = Promise.withResolvers<number>();
      await work(() => {
        ranAt.resolve(Date.now());
        return Promise.resolve();
      });
      const before = Date.now();
      await queue.enqueue('test.do', { n: 1 }, { delayMs: 400 });
      expect((await ranAt.promise) - before).toBeGreaterThanOrEqual(395);
    });

    it('aborts the signal at the time limit', async () => {
      const { queue, work } = await aProcess(testJobs().catalogue);
      await work((job) => untilAborted(job.signal));
      const id = await queue.enqueue('test.limited', { n: 1 });
      await eventually('it fails', async () => (await stateOf(queue, 'test.limited', id)) === 'failed');
      expect((await queue.find('test.limited', id))?.failedReason).toBe(new JobAbortedError('time limit').message);
    });

    it('frees the slot of a handler that ignores its signal', async () => {
      const { queue, work } = await aProcess(testJobs().catalogue);
      await work((job) => (job.name === 'test.limited' ? new Promise(() => undefined) : Promise.resolve('ran')));
      const stuck = await Promise.all([1, 2].map((n) => queue.enqueue('test.limited', { n })));
      const behind = await queue.enqueue('test.do', { n: 3 });
      await eventually('the next runs', async () => (await stateOf(queue, 'test.do', behind)) === 'completed', 15_000);
      for (const id of stuck)
        await eventually('it failed', async () => (await stateOf(queue, 'test.limited', id)) === 'failed');
    });

    it('works on no more jobs at once than its queue says', async () => {
      const { queue, work } = await aProcess(testJobs().catalogue);
      let now = 0;
      let most = 0;
      let done = 0;
      const gate = Promise.withResolvers<void>();
      await work(async () => {
        most = Math.max(most, ++now);
        if (now === 2) gate.resolve();
        await gate.promise;
        now--;
        done++;
      });
      await Promise.all(Array.from({ length: 12 }, (_, n) => queue.enqueue('test.do', { n })));
      await eventually('all are done', () => done === 12);
      expect(most).toBe(2);
    });

    it('hands the results and failures of its children to the parent of a flow', async () => {
      const { queue, work } = await aProcess(testJobs().catalogue);
      const outcome = Promise.withResolvers<unknown>();
      await work(async (job) => {
        const { n } = job.payload as { n: number };
        if (job.name === 'test.gather') outcome.resolve(await job.children());
        else if (n === 2) throw new Error('broken');
        return { n };
      });
      await queue.enqueueFlow({
        parent: { name: 'test.gather', payload: { n: 0 }, id: 'cycle-1' },
        children: [1, 2, 3].map((n) => ({ name: 'test.retry' as const, payload: { n }, id: `shard-${n}` })),
      });
      const { results, failures } = (await outcome.promise) as { results: { n: number }[]; failures: object };
      expect(results.map(({ n }) => n).toSorted()).toEqual([1, 3]);
      expect(failures).toEqual({ 'shard-2': 'broken' });
    });

    it('runs a flow once that is enqueued twice, and a parent without children at once', async () => {
      const { queue, work } = await aProcess(testJobs().catalogue);
      const ran: string[] = [];
      const flow = {
        parent: { name: 'test.gather' as const, payload: { n: 0 }, id: 'p' },
        children: [{ name: 'test.do' as const, payload: { n: 1 }, id: 'c' }],
      };
      await queue.enqueueFlow(flow);
      await queue.enqueueFlow(flow);
      await queue.enqueueFlow({ parent: { name: 'test.gather', payload: { n: 0 }, id: 'alone' }, children: [] });
      await work((job) => {
        ran.push(job.id);
        return Promise.resolve();
      });
      await eventually('the parent ran', async () => (await stateOf(queue, 'test.gather', 'p')) === 'completed');
      await eventually('the lone ran', async () => (await stateOf(queue, 'test.gather', 'alone')) === 'completed');
      expect(ran.toSorted()).toEqual(['alone', 'c', 'p']);
    });

    it('gives the job of a worker that died to another within 30 seconds', async () => {
      const { catalogue, wide } = testJobs();
      const { queue, backend, work } = await aProcess(catalogue);
      const id = await queue.enqueue('test.do', { n: 1 });
      await takeAndDie(backend, wide);
      const diedMs = performance.now();
      expect(await stateOf(queue, 'test.do', id)).toBe('active');
      await work(() => Promise.resolve('second'));
      await eventually('it is taken', async () => (await stateOf(queue, 'test.do', id)) === 'completed', 30_000);
      expect(performance.now() - diedMs).toBeLessThan(30_000);
      expect((await queue.find('test.do', id))?.result).toBe('second');
    }, 45_000);

    it('cancels a job that has not started', async () => {
      const { queue, work } = await aProcess(testJobs().catalogue);
      const id = await queue.enqueue('test.do', { n: 1 });
      expect(await queue.cancel('test.do', id)).toBe('removed');
      expect(await queue.cancel('test.do', id)).toBe('missing');
      const ran: string[] = [];
      await work((job) => Promise.resolve(ran.push(job.id)));
      const after = await queue.enqueue('test.do', { n: 2 });
      await eventually('the next ran', async () => (await stateOf(queue, 'test.do', after)) === 'completed');
      expect(ran).toEqual([after]);
      expect(await queue.cancel('test.do', after)).toBe('finished');
    });

    it('cancels a running job from another process, and does not try it again', async () => {
      const { catalogue } = testJobs();
      const worker = await aProcess(catalogue);
      const api = await aProcess(catalogue);
      let attempts = 0;
      await worker.work((job) => {
        attempts++;
        return untilAborted(job.signal);
      });
      const id = await api.queue.enqueue('test.retry', { n: 1 });
      await eventually('it runs', () => attempts === 1);
      expect(await api.queue.cancel('test.retry', id)).toBe('signalled');
      await eventually('it ends', async () => (await stateOf(api.queue, 'test.retry', id)) === 'failed');
      expect((await api.queue.find('test.retry', id))?.failedReason).toBe(new JobAbortedError('cancelled').message);
      expect(attempts).toBe(1);
    });

    it('lets running work finish when it closes', async () => {
      const { catalogue } = testJobs();
      const first = await aProcess(catalogue);
      const started = Promise.withResolvers<void>();
      const finish = Promise.withResolvers<string>();
      await first.work(() => {
        started.resolve();
        return finish.promise;
      });
      const id = await first.queue.enqueue('test.do', { n: 1 });
      await started.promise;
      const closing = first.close(8_000);
      finish.resolve('finished');
      await closing;
      const other = await aProcess(catalogue);
      expect(await other.queue.find('test.do', id)).toMatchObject({ state: 'completed', result: 'finished' });
    });

    it('hands back what does not finish while it closes, and counts no attempt', async () => {
      const { catalogue } = testJobs();
      const first = await aProcess(catalogue);
      await first.work((job) => (job.name === 'test.do' ? untilAborted(job.signal) : new Promise(() => undefined)));
      const polite = await first.queue.enqueue('test.do', { n: 1 });
      const deaf = await first.queue.enqueue('test.retry', { n: 2 });
      await eventually('both run', () => first.workers.running() === 2);
      const beforeMs = performance.now();
      await first.close(2_000);
      expect(performance.now() - beforeMs).toBeLessThan(2_600);

      const second = await aProcess(catalogue);
      const attempts: [string, number][] = [];
      await second.work((job) => Promise.resolve(attempts.push([job.id, job.attempt])));
      for (const [name, id] of [
        ['test.do', polite],
        ['test.retry', deaf],
      ] as const)
        await eventually('it ran', async () => (await stateOf(second.queue, name, id)) === 'completed', 5_000);
      expect(attempts.toSorted()).toEqual(
        [
          [polite, 1],
          [deaf, 1],
        ].toSorted(),
      );
    });

    it('fires a schedule again and again, also after a restart', async () => {
      const { catalogue } = testJobs();
      const first = await aProcess(catalogue);
      await first.queue.schedule('often', { everyMs: 300 }, 'test.do', { n: 5 });
      const seen: { payload: unknown; id: string }[] = [];
      await first.work((job) => Promise.resolve(seen.push(job)));
      await eventually('it fires twice', () => seen.length >= 2);
      await first.close();
      const count = seen.length;

      const second = await aProcess(catalogue);
      await second.work((job) => Promise.resolve(seen.push(job)));
      await eventually('it fires after the restart', () => seen.length >= count + 2);
      expect(seen[0]?.payload).toEqual({ n: 5 });
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
      expect(await second.queue.unschedule('often')).toBe(true);
      expect(await second.queue.unschedule('often')).toBe(false);
      expect(await second.queue.schedules()).toEqual([]);
    });

    it('keeps cron schedules in their time zone and changes nothing when told the same again', async () => {
      const { queue } = await aProcess(testJobs().catalogue);
      const cadence = { cron: '30 3 * * *', timeZone: 'Asia/Kolkata' };
      await queue.schedule('nightly', cadence, 'test.do', { n: 1 });
      const [before] = await queue.schedules();
      await queue.schedule('nightly', cadence, 'test.do', { n: 1 });
      expect(await queue.schedules()).toEqual([before]);
      expect(before).toMatchObject({ id: 'nightly', job: 'test.do', cadence });
      expect(new Date(before?.nextAtMs ?? 0).toISOString()).toMatch(/T22:00:00\.000Z$/);

      await queue.schedule('nightly', { everyMs: 3_600_000 }, 'test.gather', { n: 2 });
      expect(await queue.schedules()).toMatchObject([
        { id: 'nightly', job: 'test.gather', cadence: { everyMs: 3_600_000 } },
      ]);
    });

    it('counts jobs by queue and state, and trims finished ones', async () => {
      const { catalogue, wide, narrow } = testJobs();
      const { queue, work } = await aProcess(catalogue);
      await queue.enqueue('test.gather', { n: 1 }, { delayMs: 60_000 });
      await Promise.all(Array.from({ length: 130 }, (_, n) => queue.enqueue('test.do', { n })));
      expect((await queue.counts()).get(wide)).toMatchObject({ waiting: 130, active: 0 });
      await work(() => Promise.resolve());
      await eventually('all are done', async () => {
        const counts = (await queue.counts()).get(wide);
        return counts?.waiting === 0 && counts.active === 0;
      });
      const counts = await queue.counts();
      expect(counts.get(wide)).toEqual({ waiting: 0, delayed: 0, active: 0, completed: 100, failed: 0 });
      expect(counts.get(narrow)).toMatchObject({ delayed: 1 });
    });
  });
}

/** A handler that does nothing but heed its signal. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** A worker that takes one job and is gone without a word, as with SIGKILL: its lock is never renewed. */
async function takeAndDie(backend: BullmqBackend, queue: string): Promise<void> {
  const taken = Promise.withResolvers<void>();
  const worker = openWorker(
    backend,
    queue,
    () => {
      taken.resolve();
      return new Promise(() => undefined);
    },
    { concurrency: 1 },
  );
  worker.on('error', () => undefined);
  await taken.promise;
  await worker.close(true);
}
