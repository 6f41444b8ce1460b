/** Until when each part of a process has to have ended, ms after the signal. */
export interface EndingPlan {
  /** Jobs, followers, looks, and what is being answered: they finish, or are handed back. */
  readonly background: number;
  /** Connections to the queue, watches, threads. */
  readonly application: number;
  /** The engines. What is left of the limit is for a machine that is busy. */
  readonly engines: number;
}

/** What of the time to stop is kept for all but background work, at most. */
const REST_MS = 5_000;

/** Background work, which alone can use much time, gets all of it but five seconds, or half of what is short. */
export function endingPlan(limitMs: number): EndingPlan {
  const restMs = Math.min(REST_MS, limitMs / 2);
  return { background: limitMs - restMs, application: limitMs - 0.8 * restMs, engines: limitMs - 0.3 * restMs };
}
