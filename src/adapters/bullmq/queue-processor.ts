import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { workerOptions, type BullmqBackend } from './bullmq-backend.js';
import type { LeavableWorker } from './leavable-worker.js';

/** What is done with a job that a worker has taken; `token` proves that it holds the job's lock. */
export type TakeJob = (job: Job, token: string) => Promise<unknown>;

/** A worker's place in Nest: `BullModule` opens the worker when the processors are registered. */
export abstract class QueueProcessor extends WorkerHost<LeavableWorker> {
  /** Set before the processors are registered. */
  abstract take: TakeJob | undefined;
}

/** The processor of one queue. `BullModule` reads the queue's name and the worker's options off its class, so each has a class of its own. */
export function processorOf(backend: BullmqBackend, queue: string, concurrency: number): QueueProcessor {
  @Processor({ name: queue }, workerOptions(backend, concurrency))
  class ProcessorOfQueue extends QueueProcessor {
    take: TakeJob | undefined;

    async process(job: Job, token = ''): Promise<unknown> {
      if (!this.take) throw new Error(`The worker of ${queue} was opened before it was told what to do`);
      return this.take(job, token);
    }
  }
  return new ProcessorOfQueue();
}
