import { NestFactory } from '@nestjs/core';
import { Worker } from 'bullmq';
import { workerOptions, type BullmqBackend } from '../../src/adapters/bullmq/bullmq-backend.js';
import { BullmqModule } from '../../src/adapters/bullmq/bullmq.module.js';
import type { BullmqJobQueue } from '../../src/adapters/bullmq/job-queue.bullmq.js';
import { JobQueue } from '../../src/jobs/job-queue.port.js';
import { JobWorkers, type RunJob } from '../../src/jobs/job-workers.port.js';
import { Log } from '../../src/platform/log.js';
import type { TestJobs } from './test-jobs.js';

/** A datastore of queues that backends are opened on; each stands for one process. */
export interface QueueDatastore {
  connect(): Promise<BullmqBackend>;
  stop(): Promise<void>;
}

/** The processes of a test that share a datastore. */
export class QueueProcesses {
  readonly #closers: (() => Promise<void>)[] = [];

  constructor(private readonly datastore: QueueDatastore) {}

  /** One process: a queue, and workers that are started by `work`. */
  async aProcess(catalogue: TestJobs) {
    const backend = await this.datastore.connect();
    const module = BullmqModule.with({ catalogue, backend, works: true, log: Log.silent() });
    const app = await NestFactory.createApplicationContext(module, { logger: ['error', 'warn'], abortOnError: false });
    const queue = app.get<BullmqJobQueue<TestJobs>>(JobQueue);
    const workers = app.get(JobWorkers);
    let isClosed = false;
    const close = async (budgetMs = 2_000): Promise<void> => {
      if (isClosed) return;
      isClosed = true;
      await workers.close(budgetMs);
      await app.close();
      await backend.close();
    };
    this.#closers.push(close);
    return { backend, queue, workers, close, work: (run: RunJob) => workers.start(run) };
  }

  /** Ends every process and the datastore. */
  async stop(): Promise<void> {
    for (const close of this.#closers.toReversed()) await close();
    await this.datastore.stop();
  }
}

/** How a job stands. */
export async function stateOf(queue: BullmqJobQueue<TestJobs>, name: keyof TestJobs['jobs'], id: string) {
  return (await queue.find(name, id))?.state;
}

/** A handler that does nothing but heed its signal. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** A worker that takes one job and is gone without a word, as with SIGKILL: its lock is never renewed. */
export async function takeAndDie(backend: BullmqBackend, queue: string): Promise<void> {
  const taken = Promise.withResolvers<void>();
  const neverDone = (): Promise<never> => {
    taken.resolve();
    return new Promise(() => undefined);
  };
  const worker = new Worker(queue, neverDone, workerOptions(backend, 1));
  worker.on('error', () => undefined);
  await taken.promise;
  await worker.close(true);
}
