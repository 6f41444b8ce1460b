import type { KubernetesEvent } from './kubernetes-event.js';

/**
 * What becomes of the row of an event when the API server tells of it again: after a reconnect, from a list that repeats what is known, out of order from two
 * lists, or under a new uid.
 *
 * An event object lives for an hour after its last change (`--event-ttl`). A reporter of client-go that repeats an event whose object has expired creates it
 * again: with the name, first time and growing count that it had, under a new uid (k8s.io/client-go 0.34, tools/record). That is the same row.
 */

/** A row as it is kept. */
export interface StoredEvent {
  readonly id: number;
  readonly event: KubernetesEvent;
}

export type EventMerge =
  | { readonly kind: 'added'; readonly event: KubernetesEvent; readonly because: string }
  | {
      readonly kind: 'changed';
      readonly id: number;
      readonly event: KubernetesEvent;
      /** How often it has occurred since. */
      readonly occurrences: number;
      readonly because: string;
    }
  | { readonly kind: 'same'; readonly because: string };

/** What becomes of the row when `told` comes. */
export function mergeEvent(stored: StoredEvent | undefined, told: KubernetesEvent): EventMerge {
  if (!stored) return { kind: 'added', event: told, because: 'it is not known' };
  const { id, event: last } = stored;
  if (told.lastAtMs < last.lastAtMs && told.count <= last.count)
    return { kind: 'same', because: 'what is kept is newer' };
  const event = {
    ...last,
    ...told,
    firstAtMs: Math.min(last.firstAtMs, told.firstAtMs),
    lastAtMs: Math.max(last.lastAtMs, told.lastAtMs),
    count: Math.max(last.count, told.count),
    isSeries: last.isSeries || told.isSeries,
  };
  if (isSame(event, last)) return { kind: 'same', because: 'it was told before' };
  const occurrences = event.count - last.count;
  const because = occurrences > 0 ? `it has occurred ${occurrences} more times` : 'it is told differently';
  return { kind: 'changed', id, event, occurrences, because };
}

/** Whether an event under another uid goes on with a row. */
export function isContinued(stored: KubernetesEvent, told: KubernetesEvent): boolean {
  return (
    stored.namespace === told.namespace &&
    stored.name === told.name &&
    stored.reason === told.reason &&
    stored.regarding.uid === told.regarding.uid &&
    stored.firstAtMs === told.firstAtMs &&
    told.count > stored.count
  );
}

/** The version changes with every write of the object, also with such as change nothing else. */
function isSame(next: KubernetesEvent, last: KubernetesEvent): boolean {
  const alike = { uid: '', resourceVersion: '' };
  return canonical({ ...next, ...alike }) === canonical({ ...last, ...alike });
}

/** The same text whatever the order of fields. */
function canonical(event: KubernetesEvent): string {
  return JSON.stringify(event, (_key, value: unknown) =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
