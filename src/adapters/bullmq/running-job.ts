import type { Job } from 'bullmq';
import { JobAbortedError, type AbortReason } from '../../jobs/job-errors.js';
import type { ChildOutcomes, RunJob, TakenJob } from '../../jobs/job-workers.port.js';
import { idOutOfQueue } from './job-identity.js';

/** How long a handler may go on after its signal before its slot is taken from it. */
const GRACE_MS = 5_000;

/** One job that a worker of this process works on: its signal, its time limit, and the way out when the handler ignores both. */
export class RunningJob {
  readonly #controller = new AbortController();
  readonly #abandoned = Promise.withResolvers<never>();
  #grace: NodeJS.Timeout | undefined;

  constructor(
    readonly job: Job,
    readonly token: string,
    private readonly timeLimitMs: number,
  ) {
    this.#abandoned.promise.catch(() => undefined); // it may be rejected after the race is over
  }

  /** Why the handler was asked to stop, if it was. */
  get reason(): AbortReason | undefined {
    const { signal } = this.#controller;
    return signal.aborted && signal.reason instanceof JobAbortedError ? signal.reason.reason : undefined;
  }

  /** Runs the handler. Rejects with what it throws, or with `JobAbortedError` when it goes on after its signal for longer than the grace. */
  async run(run: RunJob): Promise<unknown> {
    const limit = setTimeout(() => this.abort('time limit'), this.timeLimitMs);
    try {
      return await Promise.race([run(this.#taken()), this.#abandoned.promise]);
    } finally {
      clearTimeout(limit);
      clearTimeout(this.#grace);
    }
  }

  /** Asks the handler to stop; the first reason counts. */
  abort(reason: AbortReason): void {
    if (this.#controller.signal.aborted) return;
    this.#controller.abort(new JobAbortedError(reason));
    this.#grace = setTimeout(() => this.abandon(), GRACE_MS);
  }

  /** Stops to wait for the handler. */
  abandon(): void {
    this.abort('shutdown');
    this.#abandoned.reject(this.#controller.signal.reason);
  }

  #taken(): TakenJob {
    const { job } = this;
    return {
      name: job.name,
      id: idOutOfQueue(job.name, job.id ?? ''),
      payload: job.data as unknown,
      attempt: job.attemptsMade + 1,
      lastAttempt: job.attemptsMade + 1 >= (job.opts.attempts ?? 1),
      signal: this.#controller.signal,
      children: () => childrenOf(job),
    };
  }
}

async function childrenOf(job: Job): Promise<ChildOutcomes> {
  const [values, ignored] = await Promise.all([job.getChildrenValues<unknown>(), job.getIgnoredChildrenFailures()]);
  return {
    results: Object.values(values ?? {}),
    failures: Object.fromEntries(
      Object.entries(ignored ?? {}).map(([key, reason]) => [key.slice(key.lastIndexOf('/') + 1), reason]),
    ),
  };
}
