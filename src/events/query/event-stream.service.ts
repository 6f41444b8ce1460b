import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { Clock } from '../../platform/clock.js';
import { invalidInput } from '../../platform/errors.js';
import type { EventSource, ServerEvent } from '../../platform/http/event-stream.js';
import type { EventFilter } from '../core/event-filter.js';
import { EventReader } from '../event-store.port.js';
import type { EventStreamQuery } from './event-fields.js';
import { presentEvent } from './present-event.js';
import { toEventFilter } from './to-event-filter.js';

const POLL_MS = 1_000;
const PAGE = 100;

/** Follows events: new ones, and known ones each time they occur again. Whichever process writes them: the store is asked each second, once for all who follow. */
@Injectable()
export class EventStreamService {
  private asked: { readonly atMs: number; readonly newest: Promise<number> } | undefined;

  constructor(
    private readonly reader: EventReader,
    private readonly clock: Clock,
  ) {}

  /**
   * @param lastEventId the id of the last event that was seen; without it from now on
   * @throws ProblemError 400 when that is no id of this stream
   */
  async follow(query: EventStreamQuery, lastEventId: string | undefined, caller: Caller): Promise<EventSource> {
    const newest = await this.reader.newest();
    const after = lastEventId === undefined || lastEventId === '' ? newest : revisionOf(lastEventId);
    // an id beyond the newest is of a store that was begun anew
    return (signal) => this.changes(toEventFilter(query, caller), Math.min(after, newest), signal);
  }

  private async *changes(filter: EventFilter, start: number, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    let after = start;
    while (!signal.aborted) {
      const { rows, revision } = await this.reader.changes({ filter, after, limit: PAGE });
      for (const row of rows) yield { id: String(row.revision), event: 'event', data: presentEvent(row.event) };
      if (revision === after) await this.news(after, signal);
      after = revision;
    }
  }

  /** Resolves when there is something after a revision, or the signal is aborted. */
  private async news(after: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.newest()) <= after)
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }

  private newest(): Promise<number> {
    const nowMs = this.clock.now();
    if (!this.asked || nowMs - this.asked.atMs >= POLL_MS) this.asked = { atMs: nowMs, newest: this.reader.newest() };
    return this.asked.newest;
  }
}

function revisionOf(lastEventId: string): number {
  if (/^\d{1,15}$/.test(lastEventId)) return Number(lastEventId);
  throw invalidInput('Last-Event-ID', 'must be the id of an event of this stream');
}
