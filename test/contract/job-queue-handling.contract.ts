import { expect, it } from '@jest/globals';
import { InvalidPayloadError, UnrecoverableJobError } from '../../src/jobs/job-errors.js';
import type { TakenJob } from '../../src/jobs/job-workers.port.js';
import { parsePayload } from '../../src/jobs/parse-payload.js';
import { eventually } from '../support/eventually.js';
import { stateOf, type QueueProcesses } from '../support/queue-processes.js';
import { testJobs } from '../support/test-jobs.js';

/** Jobs that are carried out: once, again, later, together. */
export function handlesJobs(processes: () => QueueProcesses): void {
  it('runs a job once and keeps its result', async () => {
    const { queue, work } = await processes().aProcess(testJobs().catalogue);
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
    const { queue } = await processes().aProcess(testJobs().catalogue);
    await expect(queue.enqueue('test.do', { n: -1 }, { id: 'bad' })).rejects.toThrow(InvalidPayloadError);
    await expect(queue.enqueue('test.do', { n: 1, token: 'x' } as { n: number }, { id: 'bad' })).rejects.toThrow(
      /token/,
    );
    expect(await queue.find('test.do', 'bad')).toBeUndefined();
  });

  it('fails a job for good whose stored payload does not fit', async () => {
    const { catalogue } = testJobs();
    const { queue, work } = await processes().aProcess(catalogue);
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
    const { queue, work } = await processes().aProcess(testJobs().catalogue);
    const seen: unknown[] = [];
    await Promise.all([1, 2, 3].map((n) => queue.enqueue('test.do', { n }, { id: 'same' })));
    await queue.enqueue('test.gather', { n: 4 }, { id: 'same' });
    await work(async (job) => {
      seen.push(job.name);
      await Promise.resolve();
    });
    await eventually('both names ran', async () => (await stateOf(queue, 'test.gather', 'same')) === 'completed');
    await eventually('both names ran', async () => (await stateOf(queue, 'test.do', 'same')) === 'completed');
    expect(seen).toHaveLength(2);
    expect(new Set(seen)).toEqual(new Set(['test.do', 'test.gather']));
  });

  it('tries a failed job again after its back-off, and then no more', async () => {
    const { queue, work } = await processes().aProcess(testJobs().catalogue);
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
    const { queue, work } = await processes().aProcess(testJobs().catalogue);
    await work(() => Promise.reject(new UnrecoverableJobError('never')));
    const id = await queue.enqueue('test.retry', { n: 1 });
    await eventually('it fails', async () => (await stateOf(queue, 'test.retry', id)) === 'failed');
    expect(await queue.find('test.retry', id)).toMatchObject({ attemptsMade: 1, failedReason: 'never' });
  });

  it('holds a delayed job back until its time', async () => {
    const { queue, work } = await processes().aProcess(testJobs().catalogue);
    const ranAt = Promise.withResolvers<number>();
    await work(() => {
      ranAt.resolve(Date.now());
      return Promise.resolve();
    });
    const before = Date.now();
    await queue.enqueue('test.do', { n: 1 }, { delayMs: 400 });
    expect((await ranAt.promise) - before).toBeGreaterThanOrEqual(395);
  });

  it('works on no more jobs at once than its queue says', async () => {
    const { queue, work } = await processes().aProcess(testJobs().catalogue);
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
    const { queue, work } = await processes().aProcess(testJobs().catalogue);
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
    expect(results.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual([1, 3]);
    expect(failures).toEqual({ 'shard-2': 'broken' });
  });

  it('runs a flow once that is enqueued twice, and a parent without children at once', async () => {
    const { queue, work } = await processes().aProcess(testJobs().catalogue);
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
}
