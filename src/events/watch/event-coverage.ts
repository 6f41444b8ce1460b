import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import type { EventSpan } from '../event-store.port.js';
import { EventWatchRecords, type EventGap, type EventWatchState } from './event-watch-records.port.js';

/** How complete what is kept is. */
export interface EventCoverage {
  readonly state: EventWatchState;
  readonly reason?: string;
  /** The instant that the events are as of, ms since the epoch; absent before the first list. */
  readonly asOfMs?: number;
  readonly gaps: readonly EventGap[];
}

/** Tells how complete answers about events are, whichever process follows them. */
@Injectable()
export class EventCoverages {
  constructor(
    private readonly records: EventWatchRecords,
    private readonly clock: Clock,
  ) {}

  async over(span: EventSpan): Promise<EventCoverage> {
    const [{ heldUntilMs, resourceVersion: _, ...progress }, gaps] = await Promise.all([
      this.records.read(),
      this.records.gaps(span),
    ]);
    if (heldUntilMs > this.clock.now()) return { ...progress, gaps };
    const { asOfMs } = progress;
    const state = asOfMs === undefined ? 'starting' : 'behind';
    return { state, reason: 'no worker follows the events', ...(asOfMs === undefined ? {} : { asOfMs }), gaps };
  }
}
