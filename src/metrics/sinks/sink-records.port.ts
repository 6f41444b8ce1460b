import type { SinkWritten } from './metric-sink.port.js';

/** A closing of a cycle. A cycle that is closed again has its newest closing only. */
export interface ClosedCycle {
  /** Its number: closings become visible in the order of their numbers. */
  readonly closing: number;
  readonly cycleAtMs: number;
  readonly closedAtMs: number;
  readonly nodesPresent: number;
}

/** Where a sink stands and how it fares; counts are since it was begun. */
export interface SinkState {
  readonly name: string;
  /** The closing up to which everything was written or given up. */
  readonly position: number;
  readonly begunAtMs: number;
  readonly writtenCycles: number;
  readonly writtenPoints: number;
  readonly refusedPoints: number;
  readonly droppedCycles: number;
  readonly failures: number;
  /** Failures since the last success. */
  readonly failuresInRow: number;
  /** The cycle that was written last. */
  readonly lastCycleAtMs?: number;
  readonly lastSuccessAtMs?: number;
  /** Set while `failuresInRow` is not 0. */
  readonly failingSinceMs?: number;
  readonly lastFailureAtMs?: number;
  /** Why it failed last; no address and no secret. */
  readonly lastFailure?: string;
}

/** What waits behind a position. */
export interface Backlog {
  readonly cycles: number;
  readonly oldest?: ClosedCycle;
  readonly newest?: ClosedCycle;
}

/**
 * Where each sink stands, and the closings that wait for it.
 *
 * Contract: calls are atomic. A position moves only from where its mover saw it, so that two movers never count one cycle twice.
 */
export abstract class SinkRecords {
  /** The sink's state; one that is new begins behind the newest closing. */
  abstract begin(sink: string, atMs: number): Promise<SinkState>;
  /** The states of those of these sinks that were begun, by name. */
  abstract find(sinks: readonly string[]): Promise<readonly SinkState[]>;
  /** The next closings behind a position, in order. */
  abstract pending(position: number, limit: number): Promise<readonly ClosedCycle[]>;
  abstract backlog(position: number): Promise<Backlog>;
  /** Moves the position over a cycle that was written; ends a row of failures. @returns false, and does nothing, when it no longer stands at `from` */
  abstract written(
    sink: string,
    from: number,
    cycle: ClosedCycle,
    written: SinkWritten,
    atMs: number,
  ): Promise<boolean>;
  /** Moves the position over cycles that are given up, up to the closing `to`. @returns as `written` */
  abstract dropped(sink: string, from: number, to: number, cycles: number): Promise<boolean>;
  abstract failed(sink: string, reason: string, atMs: number): Promise<void>;
  /** Takes, keeps or (with an instant that has passed) gives back the sole right to copy to a sink that was begun. @returns false when another holder has it */
  abstract hold(sink: string, holder: string, nowMs: number, untilMs: number): Promise<boolean>;
}
