import type { QueueOptions, WorkerOptions } from 'bullmq';

/** How BullMQ's objects of one process reach their datastore. `connectPostgres` and `connectRedis` make one. */
export interface BullmqBackend {
  readonly engine: 'postgres' | 'redis';
  /** For queues and flow producers: commands of a caller that waits for the answer. */
  readonly connection: unknown;
  /** For workers: commands that are tried until they succeed. */
  readonly workerConnection: unknown;
  /** Seconds that an idle worker blocks before it asks again; a new or due job wakes it at once. */
  readonly idleSeconds: number;
  /** Checks the datastore and brings BullMQ's schema up to date. */
  prepare(): Promise<void>;
  /** Ends the connections that the backend itself opened. */
  close(): Promise<void>;
}

/** Namespace of our keys in a Redis that others may use too. PostgreSQL has the schema `bullmq` for it. */
const PREFIX = 'quartermaster';

/** Finished jobs that a queue keeps. The run in the records outlives them. */
export const KEPT = { removeOnComplete: { count: 100 }, removeOnFail: { count: 500 } } as const;

/** What all queues and the flow producer are made with. */
export function queueOptions(backend: BullmqBackend): QueueOptions {
  return {
    connection: backend.connection as QueueOptions['connection'],
    prefix: PREFIX,
    defaultJobOptions: KEPT,
    streams: { events: { maxLen: 1000 } },
  };
}

/**
 * What a worker is made with. The lock is short, so that the jobs of a killed worker are noticed within 15 seconds (a lock's length) and taken after one or
 * two checks of 5 seconds: under 30 in all.
 */
export function workerOptions(backend: BullmqBackend, concurrency: number): WorkerOptions {
  return {
    concurrency,
    connection: backend.workerConnection as WorkerOptions['connection'],
    prefix: PREFIX,
    drainDelay: backend.idleSeconds,
    lockDuration: 15_000,
    stalledInterval: 5_000,
    maxStalledCount: 3,
    runRetryDelay: 2_000,
  };
}
