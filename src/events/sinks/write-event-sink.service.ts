import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log.js';
import { Readiness } from '../../platform/readiness.js';
import { retryAt } from '../core/retry-at.js';
import { EventReader } from '../event-store.port.js';
import { EventSinkRecords, type EventSinkState } from './event-sink-records.port.js';
import { EVENT_SINKS, EventSinkAwayError, type ConfiguredEventSink, type EventSink } from './event-sink.port.js';

/** What a run brought a sink. */
export type EventSinkRun =
  { readonly written: number } | { readonly failed: string; readonly retryAtMs: number } | { readonly skipped: string };

const PAGE = 500;

/**
 * Brings a sink up to date: the events that changed behind its position, in the order of their changes. May be killed anywhere and run again: what was written behind
 * the position is written again, which overwrites it. What waits for a sink that is away waits in the store, as long as events are kept.
 */
@Injectable()
export class WriteEventSink {
  private readonly running = new Set<string>();

  constructor(
    @Inject(EVENT_SINKS) private readonly sinks: readonly ConfiguredEventSink[],
    private readonly records: EventSinkRecords,
    private readonly reader: EventReader,
    private readonly readiness: Readiness,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Notes where the new sinks begin: behind the newest event. */
  async begin(): Promise<void> {
    for (const { name } of this.sinks) {
      this.readiness.part(partOf(name));
      await this.records.begin(name, this.clock.now());
    }
  }

  /** @throws what the store and the records throw, and the signal's reason; never for the sink */
  async run(name: string, signal: AbortSignal): Promise<EventSinkRun> {
    const configured = this.sinks.find((one) => one.name === name);
    if (!configured) return { skipped: 'no such sink is configured' };
    if (this.running.has(name)) return { skipped: 'a run before it is still at work' };
    this.running.add(name);
    try {
      const state = await this.records.begin(name, this.clock.now());
      const { failuresInRow, lastFailureAtMs = 0, lastFailure = '' } = state;
      const retryAtMs = failuresInRow > 0 ? retryAt(failuresInRow, lastFailureAtMs) : 0;
      if (retryAtMs > this.clock.now()) return { failed: lastFailure, retryAtMs };
      return await this.bringUpToDate(state, configured.sink, signal);
    } finally {
      this.running.delete(name);
    }
  }

  private async bringUpToDate(state: EventSinkState, sink: EventSink, signal: AbortSignal): Promise<EventSinkRun> {
    const { name } = state;
    let { position } = state;
    let written = 0;
    for (;;) {
      signal.throwIfAborted();
      const { rows, revision } = await this.reader.changes({ filter: {}, after: position, limit: PAGE });
      if (revision === position) break;
      try {
        const events = rows.map(({ event }) => event);
        const outcome = events.length === 0 ? { events: 0, refusedEvents: 0 } : await sink.write(events, signal);
        if (!(await this.records.written(name, position, revision, outcome, this.clock.now())))
          return { skipped: 'another process moves this sink' };
        if (outcome.refusedEvents > 0)
          this.log.warn('A sink has refused events for good', { sink: name, events: outcome.refusedEvents });
        written += outcome.events;
      } catch (error) {
        if (!(error instanceof EventSinkAwayError)) throw error;
        return this.failed(state, error);
      }
      position = revision;
    }
    this.readiness.part(partOf(name)).set('up');
    return { written };
  }

  private async failed({ name, failuresInRow }: EventSinkState, error: EventSinkAwayError): Promise<EventSinkRun> {
    const atMs = this.clock.now();
    await this.records.failed(name, error.message, atMs);
    this.readiness.part(partOf(name)).set('degraded', error.message);
    if (failuresInRow === 0)
      this.log.warn('A sink of events is away; what it lacks waits', {
        sink: name,
        because: error.message,
        error: error.cause,
      });
    return { failed: error.message, retryAtMs: retryAt(failuresInRow + 1, atMs) };
  }
}

const partOf = (sink: string): string => `event sink ${sink}`;
