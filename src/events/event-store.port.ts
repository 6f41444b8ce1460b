import type { EventFilter, EventKey } from './core/event-filter.js';
import type { KubernetesEvent } from './core/kubernetes-event.js';

/** What a write came to. */
export interface EventsWritten {
  readonly added: number;
  readonly changed: number;
}

/**
 * Where events are written.
 *
 * Contract: calls are atomic and, when they resolve, durable. `write` may be given the same events again, in any order, by two processes at once: each event
 * is one row (`core/merge-events.ts`), whose count never goes back. Each change of a row gives it a new revision, higher than all before; who has seen
 * a revision misses none below it.
 */
export abstract class EventWriter {
  abstract write(events: readonly KubernetesEvent[]): Promise<EventsWritten>;
  /** Removes what last occurred before that, and counts from before it: at most `limit` rows of each kind. Tells how many went. */
  abstract trim(beforeMs: number, limit: number): Promise<number>;
}

/** A row in the order of an answer. */
export interface EventRow {
  readonly event: KubernetesEvent;
  readonly id: number;
  /** Changes whenever the row does. */
  readonly revision: number;
}

/** Events that occurred in it, to the minute; absent ends are open. Inclusive and exclusive, ms since the epoch. */
export interface EventSpan {
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** The place of a row in the order by time. */
export interface EventPlace {
  readonly lastAtMs: number;
  readonly id: number;
}

export interface EventSearch {
  readonly filter: EventFilter;
  readonly span: EventSpan;
  /** By their last occurrence. */
  readonly order: 'newest' | 'oldest';
  readonly after?: EventPlace;
  readonly limit: number;
}

export interface EventPage {
  readonly rows: readonly EventRow[];
  /** Where to go on; absent at the end. A page may be short, or empty, and yet not the end: only so many rows are read for one. */
  readonly next?: EventPlace;
}

export interface EventHistogramQuery {
  readonly filter: EventFilter;
  /** Both ends at full minutes. */
  readonly span: Required<EventSpan>;
  /** Width of a bucket: full minutes. Buckets begin at multiples of it since the epoch. */
  readonly stepMs: number;
  readonly by?: EventKey;
}

export interface EventCount {
  /** Start of the bucket; one in which nothing occurred is absent. */
  readonly fromMs: number;
  /** Absent: events that lack it, and where nothing was asked. */
  readonly value?: string;
  /** How often events occurred. */
  readonly occurrences: number;
  /** How many events that were. */
  readonly events: number;
}

export interface EventFacet {
  readonly key: EventKey;
  /** Most events first; equal ones by value. */
  readonly values: readonly { readonly value: string; readonly events: number }[];
}

/** The answer is of the newest part alone: more rows would have had to be read than one question may. */
interface Bounded {
  readonly isCut: boolean;
}

/** Where events are read. An answer is built from at most so many rows as the store was opened with. */
export abstract class EventReader {
  abstract search(query: EventSearch): Promise<EventPage>;

  /** By bucket and value. */
  abstract histogram(query: EventHistogramQuery): Promise<Bounded & { readonly counts: readonly EventCount[] }>;

  /** @param maxValues the values with the most events of each key */
  abstract facets(query: {
    readonly filter: EventFilter;
    readonly span: EventSpan;
    readonly keys: readonly EventKey[];
    readonly maxValues: number;
  }): Promise<Bounded & { readonly facets: readonly EventFacet[] }>;

  /** The newest revision; 0 before there is any. */
  abstract newest(): Promise<number>;

  /** Rows that match and changed after a revision, in the order of their changes, and up to where was looked: there it goes on while it is not the newest. */
  abstract changes(query: {
    readonly filter: EventFilter;
    readonly after: number;
    readonly limit: number;
  }): Promise<{ readonly rows: readonly EventRow[]; readonly revision: number }>;
}
