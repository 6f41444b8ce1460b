import type { EventMerge } from './merge-events.js';

/** How often an event has occurred in a minute, as far as its reporter has told. */
export interface Sighting {
  /** Start of the minute, ms since the epoch. */
  readonly minuteAtMs: number;
  readonly occurrences: number;
}

const MINUTE_MS = 60_000;

/** Start of the minute that an instant is in. */
export function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
}

/**
 * When the occurrences that a change brings are counted. A row says when it occurred first and last and how often in all; of a new row with more than one the
 * first is counted at the first time and the rest at the last, for when between nobody knows.
 */
export function sightingsOf(merge: Exclude<EventMerge, { kind: 'same' }>): Sighting[] {
  const { event } = merge;
  const lastAt = minuteOf(event.lastAtMs);
  if (merge.kind === 'changed')
    return merge.occurrences > 0 ? [{ minuteAtMs: lastAt, occurrences: merge.occurrences }] : [];
  const firstAt = minuteOf(event.firstAtMs);
  if (firstAt === lastAt || event.count === 1) return [{ minuteAtMs: lastAt, occurrences: event.count }];
  return [
    { minuteAtMs: firstAt, occurrences: 1 },
    { minuteAtMs: lastAt, occurrences: event.count - 1 },
  ];
}
