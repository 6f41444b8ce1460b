import { escape } from '@influxdata/influxdb-client';
import type { KubernetesEvent } from '../../events/core/kubernetes-event.js';
import { toCoreEvent } from '../../events/core/to-core-event.js';
import { CLUSTER_TAG, encodeTag } from './object-tags.js';

/** How Eventer lays events out: the whole event as text, or (`withFields`) its message with what it is about in tags. */
export interface EventLayout {
  readonly clusterName: string;
  readonly withFields: boolean;
}

/**
 * The line of line protocol of an event, at its last occurrence (kubernetes-retired/heapster e1e8341, events/sinks/influxdb/influxdb.go). Eventer's tag `uid`
 * makes a series of each event; it is kept, since dashboards select by it.
 */
export function eventLine(event: KubernetesEvent, { clusterName, withFields }: EventLayout): string {
  const { regarding, uid, lastAtMs } = event;
  const isPod = regarding.kind === 'Pod';
  const hostname = regarding.kind === 'Node' ? regarding.name : event.node;
  const common = { uid, [CLUSTER_TAG]: clusterName, hostname, pod_id: isPod ? regarding.uid : undefined };
  const tags = withFields
    ? {
        ...common,
        object_name: regarding.name,
        type: event.type,
        kind: regarding.kind,
        component: event.reportingController,
        reason: event.reason,
        namespace_name: event.namespace,
      }
    : { ...common, pod_name: isPod ? regarding.name : undefined };
  const [measurement, field, value] = withFields
    ? ['events', 'message', event.note]
    : ['log/events', 'value', JSON.stringify(toCoreEvent(event), null, ' ')];
  const tagged = Object.entries(tags)
    .flatMap(([tag, text]) => (text ? [`,${tag}=${escape.tag(encodeTag(text))}`] : []))
    .sort()
    .join('');
  return `${measurement}${tagged} ${field}=${escape.quoted(value)} ${String(lastAtMs)}`;
}
