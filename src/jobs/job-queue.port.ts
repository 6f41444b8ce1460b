import type { Jobs } from './job-catalogue.js';
import type { JobCatalogue, JobInput, JobName } from './job-definition.js';

export interface EnqueueOptions {
  /** Makes the job unique among the jobs of its name: letters, digits, `.`, `_`, `-`, at most 200. Absent: a new UUID. */
  readonly id?: string;
  /** Not to be taken before so many milliseconds have passed. */
  readonly delayMs?: number;
}

/** One job to be enqueued. */
export type JobRequest<C extends JobCatalogue = Jobs> = {
  readonly [N in JobName<C>]: { readonly name: N; readonly payload: JobInput<C, N>; readonly id?: string };
}[JobName<C>];

/** A parent that runs when each of its children has succeeded or failed for good. */
export interface JobFlow<C extends JobCatalogue = Jobs> {
  readonly parent: JobRequest<C>;
  readonly children: readonly JobRequest<C>[];
}

/** When something is to run: on a cron pattern in an IANA time zone, or every so many milliseconds (aligned to the epoch). */
export type Cadence = { readonly cron: string; readonly timeZone: string } | { readonly everyMs: number };

export interface ScheduledJob {
  readonly id: string;
  readonly job: string;
  readonly cadence: Cadence;
  /** When it runs next, ms since the epoch. */
  readonly nextAtMs: number;
}

/** How a job stands. `waiting` also covers a parent that waits for its children, and a job between two attempts is `delayed`. */
export type JobState = 'waiting' | 'delayed' | 'active' | 'completed' | 'failed';

export interface FoundJob {
  readonly state: JobState;
  /** Attempts that have ended. */
  readonly attemptsMade: number;
  /** Why the last attempt failed. */
  readonly failedReason?: string;
  /** What the handler returned. */
  readonly result?: unknown;
}

/** Jobs of one queue by state. `failed` and `completed` count those that have not been trimmed yet. */
export type QueueCounts = Readonly<Record<JobState, number>>;

/** `removed`: it had not started. `signalled`: its worker's signal is aborted within two seconds. `finished`, `missing`: nothing to do. */
export type CancelOutcome = 'removed' | 'signalled' | 'finished' | 'missing';

/**
 * Where background work waits.
 *
 * Contract: when a call resolves, its effect is durable. A job is handled at least once: a handler may be run twice, and a job whose worker died is
 * taken by another within 30 seconds. Order is not promised. A second job of the same name and id is not enqueued while the first still stands in the
 * queue; finished jobs stand until they are trimmed (about a hundred of a queue are kept, and five hundred failed ones), so lasting uniqueness is the records' matter. A payload is checked
 * against its schema before anything is stored (`InvalidPayloadError`).
 */
export abstract class JobQueue<C extends JobCatalogue = Jobs> {
  /** Adds a job and gives its id. */
  abstract enqueue<N extends JobName<C>>(name: N, payload: JobInput<C, N>, options?: EnqueueOptions): Promise<string>;

  /** Adds a parent and its children at once, or nothing; gives the parent's id. A child that fails for good does not hold its parent back. */
  abstract enqueueFlow(flow: JobFlow<C>): Promise<string>;

  /** Makes or changes a schedule. Calling it again with the same content changes nothing, so every process may do it at its start. A missed run is not made up for. */
  abstract schedule<N extends JobName<C>>(
    id: string,
    cadence: Cadence,
    name: N,
    payload: JobInput<C, N>,
  ): Promise<void>;

  /** Ends a schedule; a job that it has already released is not cancelled. Tells whether there was one. */
  abstract unschedule(id: string): Promise<boolean>;

  /** All schedules, by id. */
  abstract schedules(): Promise<readonly ScheduledJob[]>;

  /** How a job stands, or undefined when it never was or has been trimmed. */
  abstract find(name: JobName<C>, id: string): Promise<FoundJob | undefined>;

  /** Removes a job that has not started, or asks the worker of one that runs to stop it; a cancelled job is not tried again. */
  abstract cancel(name: JobName<C>, id: string): Promise<CancelOutcome>;

  /** Jobs by queue and state. */
  abstract counts(): Promise<ReadonlyMap<string, QueueCounts>>;
}
