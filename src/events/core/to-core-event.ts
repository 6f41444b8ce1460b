import type { KubernetesEvent, ObjectReference } from './kubernetes-event.js';

/**
 * An event as a core/v1 Event (Kubernetes API reference, Event v1), the form in which Heapster's Eventer wrote events: `involvedObject`, `message`, `source`,
 * whole seconds.
 */
export function toCoreEvent(event: KubernetesEvent): object {
  const { namespace, name, uid, resourceVersion, firstAtMs, lastAtMs, reportingController, node } = event;
  const host = event.regarding.kind === 'Node' ? event.reportingInstance : node;
  return {
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp: secondOf(firstAtMs) },
    involvedObject: referenceOf(event.regarding),
    reason: event.reason,
    message: event.note,
    source: { component: reportingController, ...(host === undefined ? {} : { host }) },
    firstTimestamp: secondOf(firstAtMs),
    lastTimestamp: secondOf(lastAtMs),
    count: event.count,
    type: event.type,
    eventTime: null,
    ...(event.action === undefined ? {} : { action: event.action }),
    ...(event.related ? { related: referenceOf(event.related) } : {}),
    reportingComponent: reportingController,
    reportingInstance: event.reportingInstance ?? '',
  };
}

function referenceOf({ kind, namespace, name, uid, apiVersion, fieldPath }: ObjectReference): object {
  return { kind, namespace, name, uid, apiVersion, fieldPath };
}

function secondOf(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}
