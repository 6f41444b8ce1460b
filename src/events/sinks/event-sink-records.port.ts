import type { EventSinkWritten } from './event-sink.port.js';

/** Where a sink stands and how it fares; counts are since it was begun. */
export interface EventSinkState {
  readonly name: string;
  /** The revision up to which everything was written. */
  readonly position: number;
  readonly begunAtMs: number;
  readonly writtenEvents: number;
  readonly refusedEvents: number;
  readonly failures: number;
  /** Failures since the last success. */
  readonly failuresInRow: number;
  readonly lastSuccessAtMs?: number;
  /** Set while `failuresInRow` is not 0. */
  readonly failingSinceMs?: number;
  readonly lastFailureAtMs?: number;
  /** Why it failed last; no address and no secret. */
  readonly lastFailure?: string;
}

/** Where each sink of events stands. Contract: calls are atomic and durable. A position moves only from where its mover saw it. */
export abstract class EventSinkRecords {
  /** The sink's state; one that is new begins behind the newest revision. */
  abstract begin(sink: string, atMs: number): Promise<EventSinkState>;
  /** Moves the position over what was written; ends a row of failures. @returns false, and does nothing, when it no longer stands at `from` */
  abstract written(sink: string, from: number, to: number, written: EventSinkWritten, atMs: number): Promise<boolean>;
  abstract failed(sink: string, reason: string, atMs: number): Promise<void>;
}
