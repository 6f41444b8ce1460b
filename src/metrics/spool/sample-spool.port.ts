import type { ScopeSamples } from '../metric-store.port.js';

/** The samples of a scope that wait. */
export interface Spooled {
  readonly scope: ScopeSamples;
  /** Tells this from what replaced it. */
  readonly version: number;
}

export interface SpoolState {
  readonly cycles: number;
  readonly bytes: number;
  /** Absent when nothing waits. */
  readonly oldestCycleAtMs?: number;
}

/**
 * Where samples wait that the metric store could not take.
 *
 * Contract: calls are atomic and, when they resolve, durable. Of a scope and cycle the newest samples wait, once. Any process may take what another one has
 * put. Reading does not remove.
 */
export abstract class SampleSpool {
  /** Replaces what waits of these scopes of the cycle. @returns how many of the oldest cycles had to go because more than `maxBytes` would wait */
  abstract put(cycleAtMs: number, scopes: readonly ScopeSamples[], maxBytes: number): Promise<number>;
  /** Some scopes of the oldest cycle that waits; undefined when nothing does. Scopes that cannot be read any more are removed and left out. */
  abstract oldest(): Promise<{ readonly cycleAtMs: number; readonly scopes: readonly Spooled[] } | undefined>;
  /** Removes what was taken care of, unless it was replaced meanwhile. */
  abstract remove(versions: readonly number[]): Promise<void>;
  abstract isEmpty(): Promise<boolean>;
  abstract state(): Promise<SpoolState>;
  /** Takes, keeps or (with an instant that has passed) gives back the sole right to replay. @returns false when another holder has it */
  abstract hold(holder: string, nowMs: number, untilMs: number): Promise<boolean>;
}
