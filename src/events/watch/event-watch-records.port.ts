/** `starting`: nothing was read yet; `live`: changes come in as they happen; `behind`: the API server cannot be followed at the moment. */
export type EventWatchState = 'starting' | 'live' | 'behind';

/** How far who follows the cluster's events is. */
export interface EventWatchProgress {
  /** From where the API server is asked to go on; absent: everything is to be listed. */
  readonly resourceVersion?: string;
  readonly state: EventWatchState;
  /** Why it is behind. */
  readonly reason?: string;
  /** The instant that the events are as of, ms since the epoch; absent before the first list. */
  readonly asOfMs?: number;
}

/** A span whose events may have come and expired while nobody followed. Inclusive and exclusive, ms since the epoch. */
export interface EventGap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Which process follows the cluster's events and how far it is. Contract: calls are atomic and durable; one holder at a time. */
export abstract class EventWatchRecords {
  /** Takes, keeps or (with an instant that has passed) gives back the sole right to follow. @returns false when another holder has it */
  abstract hold(holder: string, nowMs: number, untilMs: number): Promise<boolean>;
  /** @returns false, and does nothing, when it is not the holder (any more) */
  abstract note(holder: string, progress: EventWatchProgress): Promise<boolean>;
  /** With `heldUntilMs` the instant until which somebody has promised to follow. */
  abstract read(): Promise<EventWatchProgress & { readonly heldUntilMs: number }>;
  abstract addGap(gap: EventGap): Promise<void>;
  /** Those that touch a span, by time. */
  abstract gaps(span: { readonly fromMs?: number; readonly toMs?: number }): Promise<readonly EventGap[]>;
  /** Forgets gaps that ended before that. */
  abstract trimGaps(beforeMs: number): Promise<number>;
}
