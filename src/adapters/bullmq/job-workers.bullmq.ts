import { setTimeout as delay } from 'node:timers/promises';
import type { BullRegistrar } from '@nestjs/bullmq';
import { UnrecoverableError, WaitingError, type Job, type Queue } from 'bullmq';
import { jobDefinition, type JobCatalogue } from '../../jobs/job-definition.js';
import { InvalidPayloadError, JobAbortedError, UnrecoverableJobError } from '../../jobs/job-errors.js';
import { JobWorkers, type RunJob } from '../../jobs/job-workers.port.js';
import type { Log } from '../../platform/log.js';
import { isCancelled } from './job-identity.js';
import type { LeavableWorker } from './leavable-worker.js';
import type { QueueProcessor } from './queue-processor.js';
import { RunningJob } from './running-job.js';

/** How often a running job is asked whether it was cancelled. Nothing is asked while nothing runs. */
const CANCEL_CHECK_MS = 1_000;
/** What of the time to stop is kept for handing jobs back. */
const HAND_BACK_MS = 1_000;

/** BullMQ's workers, one a queue. */
export class BullmqJobWorkers extends JobWorkers {
  #workers: readonly LeavableWorker[] = [];
  readonly #running = new Set<RunningJob>();
  #cancelCheck: NodeJS.Timeout | undefined;
  #isClosing = false;

  constructor(
    private readonly catalogue: JobCatalogue,
    private readonly queues: readonly Queue[],
    private readonly processors: readonly QueueProcessor[],
    private readonly registrar: BullRegistrar,
    private readonly log: Log,
  ) {
    super();
  }

  async start(run: RunJob): Promise<void> {
    if (this.#workers.length > 0) throw new Error('The workers have been started already');
    for (const processor of this.processors) processor.take = (job, token) => this.#process(run, job, token);
    this.registrar.register(); // opens the workers
    this.#workers = this.processors.map(({ worker }) => worker);
    for (const worker of this.#workers) this.#listen(worker);
    await Promise.all(this.#workers.map((worker) => worker.waitUntilReady()));
  }

  running(): number {
    return this.#running.size;
  }

  async close(budgetMs: number): Promise<void> {
    this.#isClosing = true;
    const untilMs = performance.now() + budgetMs;
    const closed = this.#closeWorkers();
    if (!(await settles(closed, budgetMs / 2))) {
      for (const running of this.#running) running.abort('shutdown');
      if (!(await settles(closed, untilMs - HAND_BACK_MS - performance.now()))) {
        for (const running of this.#running) running.abandon();
        await settles(closed, untilMs - performance.now());
      }
    }
    for (const worker of this.#workers) worker.leave();
    clearInterval(this.#cancelCheck);
  }

  #listen(worker: LeavableWorker): void {
    const queue = worker.name;
    worker.on('error', (error) => {
      if (!this.#isClosing) this.log.warn('A job worker has a problem', { queue, error });
    });
    worker.on('stalled', (id) => this.log.warn('A job was taken from a worker that is gone', { queue, id }));
  }

  async #closeWorkers(): Promise<true> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
    return true;
  }

  async #process(run: RunJob, job: Job, token: string): Promise<unknown> {
    const running = new RunningJob(job, token, jobDefinition(this.catalogue, job.name).timeLimitMs);
    if (isCancelled(job.progress)) throw new UnrecoverableError(new JobAbortedError('cancelled').message);
    this.#running.add(running);
    this.#cancelCheck ??= setInterval(() => void this.#checkCancelled(), CANCEL_CHECK_MS);
    if (this.#isClosing) running.abandon();
    try {
      return await running.run(run);
    } catch (error) {
      throw await this.#failure(running, error);
    } finally {
      this.#running.delete(running);
      if (this.#running.size === 0) this.#stopCancelCheck();
    }
  }

  /** What BullMQ is to hear about an attempt that failed. */
  async #failure(running: RunningJob, error: unknown): Promise<unknown> {
    if (running.reason === 'shutdown') {
      await running.job.moveToWait(running.token);
      return new WaitingError();
    }
    const isFinal =
      running.reason === 'cancelled' || error instanceof InvalidPayloadError || error instanceof UnrecoverableJobError;
    if (isFinal) return new UnrecoverableError(error instanceof Error ? error.message : String(error));
    return error;
  }

  #stopCancelCheck(): void {
    clearInterval(this.#cancelCheck);
    this.#cancelCheck = undefined;
  }

  async #checkCancelled(): Promise<void> {
    for (const running of this.#running) {
      const queue = this.queues.find(({ name }) => name === running.job.queueName);
      try {
        const job = await queue?.getJob(running.job.id ?? '');
        if (!job) running.abort('lost');
        else if (isCancelled(job.progress)) running.abort('cancelled');
      } catch (error) {
        this.log.debug('It is not known whether a job was cancelled', { job: running.job.name, error });
      }
    }
  }
}

/** Whether `promise` resolves within the time. */
async function settles(promise: Promise<true>, ms: number): Promise<boolean> {
  const stop = new AbortController();
  const late = delay(Math.max(ms, 0), false, { signal: stop.signal }).catch(() => false);
  const inTime = await Promise.race([promise, late]);
  stop.abort();
  return inTime;
}
