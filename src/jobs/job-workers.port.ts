/** What the children of a flow's parent came to. */
export interface ChildOutcomes {
  /** What the handlers of the children that succeeded returned, in no order. */
  readonly results: readonly unknown[];
  /** Why the others failed, by the child's id. */
  readonly failures: Readonly<Record<string, string>>;
}

/** A job that a worker has taken. */
export interface TakenJob {
  readonly name: string;
  readonly id: string;
  readonly payload: unknown;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Whether a failure now is final. */
  readonly lastAttempt: boolean;
  /** Aborted with a `JobAbortedError` when the job is cancelled or lost, or the process stops. */
  readonly signal: AbortSignal;
  /** For the parent of a flow: what its children came to. */
  children(): Promise<ChildOutcomes>;
}

/**
 * Carries out one job; what it returns (JSON) is the job's result. A rejection is a failed attempt, but one with `InvalidPayloadError` or
 * `UnrecoverableJobError` fails the job for good, a `JobAbortedError` of `shutdown` hands the job back and one of `cancelled` ends it.
 */
export type RunJob = (job: TakenJob) => Promise<unknown>;

/**
 * Takes jobs off the queues, so many at once as the catalogue says.
 *
 * Contract: `close` takes no more work, lets running handlers finish for half of the given time, then aborts their signals with `shutdown`, and hands
 * back what has not finished at the end, so that another worker takes it at once and no attempt is counted. A handler that ignores its signal frees its slot all the same.
 */
export abstract class JobWorkers {
  /** Starts to take jobs. Once only. */
  abstract start(run: RunJob): Promise<void>;

  /** How many handlers run now. */
  abstract running(): number;

  /** Stops. Resolves within `budgetMs` and a little. */
  abstract close(budgetMs: number): Promise<void>;
}
