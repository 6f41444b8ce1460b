import type { z } from 'zod';
import type { Role } from '../auth/caller.js';

/** One queue: its name says which resource its jobs load. */
export interface QueueDefinition {
  /** How many of its jobs one process works on at once. */
  readonly concurrency: number;
}

/** One kind of background work. */
export interface JobDefinition {
  /** What it does, for people: an imperative phrase. */
  readonly title: string;
  /** The queue that it waits in: the name of a row of the queues. */
  readonly queue: string;
  /** What a job of this kind is given. It is stored in plain text: never a secret. */
  readonly payload: z.ZodType<object>;
  /** How often it is tried in all before it has failed. */
  readonly attempts: number;
  /** How long to wait before the next attempt; `exponential` doubles it each time. */
  readonly backoff: { readonly type: 'fixed' | 'exponential'; readonly delayMs: number };
  /** After this long an attempt's signal is aborted and the attempt counts as failed. */
  readonly timeLimitMs: number;
  /** Whether each job has a row in the runs, with progress and outcome. */
  readonly keepsRun: boolean;
  /** The least role that may start or schedule it; `nobody`: only the program itself. */
  readonly startableBy: Role | 'nobody';
}

/** Of work that comes by a schedule: what fails is done again at its next time. */
export const ONCE = { attempts: 1, backoff: { type: 'fixed', delayMs: 1000 } } as const;

/** All background work as data. */
export interface JobCatalogue {
  readonly queues: Readonly<Record<string, QueueDefinition>>;
  readonly jobs: Readonly<Record<string, JobDefinition>>;
}

export type JobName<C extends JobCatalogue> = keyof C['jobs'] & string;
/** What a handler is given. */
export type JobPayload<C extends JobCatalogue, N extends JobName<C>> = z.output<C['jobs'][N]['payload']>;
/** What a caller may give. */
export type JobInput<C extends JobCatalogue, N extends JobName<C>> = z.input<C['jobs'][N]['payload']>;

/** Types a catalogue exactly and refuses a job that names a queue which is not there. */
export function defineJobs<
  const Queues extends Readonly<Record<string, QueueDefinition>>,
  const Jobs extends Readonly<Record<string, JobDefinition & { readonly queue: keyof Queues & string }>>,
>(queues: Queues, jobs: Jobs): { readonly queues: Queues; readonly jobs: Jobs } {
  return { queues, jobs };
}

/** Whether a catalogue has a job of this name. */
export function isJobName<C extends JobCatalogue>(catalogue: C, name: string): name is JobName<C> {
  return Object.hasOwn(catalogue.jobs, name);
}

/** The row of a job. Throws for a name that is not in the catalogue. */
export function jobDefinition(catalogue: JobCatalogue, name: string): JobDefinition {
  const definition = Object.hasOwn(catalogue.jobs, name) ? catalogue.jobs[name] : undefined;
  if (!definition) throw new Error(`No job is called ${name}`);
  return definition;
}
