import type { ObjectStore } from './object-store.js';
import { keyOf } from './object-store.js';
import { uuid } from './seeded.js';
import { Refusal } from './status.js';
import { stampText } from './template.js';

/** What the API server reads of a core/v1 Event that is created. */
interface CoreEvent {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly involvedObject?: { readonly namespace?: string };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly count?: number;
}

/** Creates a core/v1 Event, which from then on is served in events.k8s.io/v1. @throws Refusal 400 for one that is not valid, 409 when there is one of that name */
export function createEvent(store: ObjectStore, namespace: string, body: unknown, nowMs: number): object {
  const event = (body ?? {}) as CoreEvent;
  const { name = '', namespace: own = namespace } = event.metadata ?? {};
  if (name === '' || own !== namespace) throw new Refusal(400, 'the event has no name, or is of another namespace');
  const about = event.involvedObject?.namespace || 'default';
  if (about !== namespace)
    throw new Refusal(400, `involvedObject.namespace: Invalid value: does not match event.namespace`);
  if (store.collection('events').objects.has(keyOf(namespace, name)))
    throw new Refusal(409, `events "${name}" already exists`);
  const metadata = { name, namespace, uid: uuid('event', namespace, name, nowMs), creationTimestamp: stampText(nowMs) };
  store.put('events', {
    metadata,
    type: event.type,
    reason: event.reason,
    note: event.message,
    regarding: event.involvedObject,
    eventTime: null,
    reportingController: event.source?.component ?? '',
    reportingInstance: event.source?.host ?? '',
    deprecatedSource: event.source ?? {},
    deprecatedFirstTimestamp: event.firstTimestamp ?? null,
    deprecatedLastTimestamp: event.lastTimestamp ?? null,
    deprecatedCount: event.count ?? 0,
  });
  return { ...event, apiVersion: 'v1', kind: 'Event', metadata };
}
