/**
 * How a sink is, from where it stands. Ignores what it was sent before: a sink that lost cycles and is up to date again is up, for the count of what was
 * given up tells the rest.
 */

export interface SinkStanding {
  readonly resolutionMs: number;
  /** Cycles that wait, and for how long the oldest has. */
  readonly waitingCycles: number;
  readonly lagMs: number;
  /** Set while it does not take what it is sent. */
  readonly failure?: string;
}

export type SinkJudgement = { readonly state: 'up' } | { readonly state: 'degraded'; readonly because: string };

/** So many cycles may wait, and half a minute: what a run and its schedule take. */
const CYCLES_IN_TIME = 2;
const SCHEDULE_MS = 30_000;

export function judgeSink({ resolutionMs, waitingCycles, lagMs, failure }: SinkStanding): SinkJudgement {
  const behind = `${waitingCycles} ${waitingCycles === 1 ? 'cycle waits' : 'cycles wait'}, the oldest for ${Math.round(lagMs / 1000)} s`;
  if (failure !== undefined) return { state: 'degraded', because: `${failure}; ${behind}` };
  if (lagMs > CYCLES_IN_TIME * resolutionMs + SCHEDULE_MS)
    return { state: 'degraded', because: `it is behind; ${behind}` };
  return { state: 'up' };
}
