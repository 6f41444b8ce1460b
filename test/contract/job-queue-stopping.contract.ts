import { beforeAll, expect, it } from '@jest/globals';
import { workerOptions } from '../../src/adapters/bullmq/bullmq-backend.js';
import { JobAbortedError } from '../../src/jobs/job-errors.js';
import { eventually } from '../support/eventually.js';
import { stateOf, takeAndDie, untilAborted, type QueueProcesses } from '../support/queue-processes.js';
import { testJobs } from '../support/test-jobs.js';

/** Jobs that end otherwise: limits, cancellation, workers that stop or die. */
export function stopsJobs(processes: () => QueueProcesses): void {
  let orphan: Orphan;
  beforeAll(async () => {
    orphan = await leaveAnOrphan(processes());
  });

  it('aborts the signal at the time limit', async () => {
    const { queue, work } = await processes().aProcess(testJobs().catalogue);
    await work((job) => untilAborted(job.signal));
    const id = await queue.enqueue('test.limited', { n: 1 });
    await eventually('it fails', async () => (await stateOf(queue, 'test.limited', id)) === 'failed');
    expect((await queue.find('test.limited', id))?.failedReason).toBe(new JobAbortedError('time limit').message);
  });

  it('frees the slot of a handler that ignores its signal', async () => {
    const { queue, work } = await processes().aProcess(testJobs().catalogue);
    await work((job) => (job.name === 'test.limited' ? new Promise(() => undefined) : Promise.resolve('ran')));
    const stuck = await Promise.all([1, 2].map((n) => queue.enqueue('test.limited', { n })));
    const behind = await queue.enqueue('test.do', { n: 3 });
    await eventually('the next runs', async () => (await stateOf(queue, 'test.do', behind)) === 'completed');
    for (const id of stuck)
      await eventually('it failed', async () => (await stateOf(queue, 'test.limited', id)) === 'failed');
  });

  it('cancels a job that has not started', async () => {
    const { queue, work } = await processes().aProcess(testJobs().catalogue);
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
    const worker = await processes().aProcess(catalogue);
    const api = await processes().aProcess(catalogue);
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
    const first = await processes().aProcess(catalogue);
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<string>();
    await first.work(() => {
      started.resolve();
      return finish.promise;
    });
    const id = await first.queue.enqueue('test.do', { n: 1 });
    await started.promise;
    const closing = first.close(600_000);
    finish.resolve('finished');
    await closing;
    const other = await processes().aProcess(catalogue);
    expect(await other.queue.find('test.do', id)).toMatchObject({ state: 'completed', result: 'finished' });
  });

  it('hands back what does not finish while it closes, and counts no attempt', async () => {
    const { catalogue } = testJobs();
    const first = await processes().aProcess(catalogue);
    await first.work((job) => (job.name === 'test.do' ? untilAborted(job.signal) : new Promise(() => undefined)));
    const polite = await first.queue.enqueue('test.do', { n: 1 });
    const deaf = await first.queue.enqueue('test.retry', { n: 2 });
    await eventually('both run', () => first.workers.running() === 2);
    await first.close(2_000); // would never end if it waited for the deaf one

    const second = await processes().aProcess(catalogue);
    const attempts: [string, number][] = [];
    await second.work((job) => Promise.resolve(attempts.push([job.id, job.attempt])));
    for (const [name, id] of [
      ['test.do', polite],
      ['test.retry', deaf],
    ] as const)
      await eventually('it ran', async () => (await stateOf(second.queue, name, id)) === 'completed');
    expect(attempts).toHaveLength(2);
    expect(new Map(attempts)).toEqual(
      new Map([
        [polite, 1],
        [deaf, 1],
      ]),
    );
  });

  it('gives the job of a worker that died to another, whose settings make it do so within 30 seconds', async () => {
    const { queue, id, takenAgain, settings } = orphan;
    expect(settings.lockDuration + 2 * settings.stalledInterval).toBeLessThan(30_000);
    await takenAgain;
    await eventually('it completes', async () => (await stateOf(queue, 'test.do', id)) === 'completed');
    expect((await queue.find('test.do', id))?.result).toBe('second');
  });
}

/** A job whose worker died. */
interface Orphan {
  readonly queue: Awaited<ReturnType<QueueProcesses['aProcess']>>['queue'];
  readonly id: string;
  readonly settings: { readonly lockDuration: number; readonly stalledInterval: number };
  readonly takenAgain: Promise<void>;
}

/** Lets a worker die over its job while another one is there; begun before the other tests, for half a minute may pass. */
async function leaveAnOrphan(processes: QueueProcesses): Promise<Orphan> {
  const { catalogue, wide } = testJobs();
  const { queue, backend, work } = await processes.aProcess(catalogue);
  const id = await queue.enqueue('test.do', { n: 1 });
  await takeAndDie(backend, wide);
  expect(await stateOf(queue, 'test.do', id)).toBe('active');
  const { promise: takenAgain, resolve } = Promise.withResolvers<void>();
  await work(() => {
    resolve();
    return Promise.resolve('second');
  });
  const { lockDuration = Infinity, stalledInterval = Infinity } = workerOptions(backend, 1);
  return { queue, id, settings: { lockDuration, stalledInterval }, takenAgain };
}
