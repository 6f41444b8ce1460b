import type { KubernetesEvent } from '../../events/core/kubernetes-event.js';
import { toCoreEvent } from '../../events/core/to-core-event.js';

/** What Eventer wrote of an event: parts of the core/v1 Event under names of its own, and tags. */
export interface EventDocument {
  /** A new one for each occurrence, and the same whenever that is written. */
  readonly id: string;
  /** `YYYY.MM.DD` of the last occurrence, UTC: Eventer's indices are of a day each. */
  readonly day: string;
  readonly source: object;
}

interface CoreParts {
  readonly metadata: object;
  readonly involvedObject: object;
  readonly source: { readonly host?: string };
  readonly firstTimestamp: string;
  readonly lastTimestamp: string;
}

/**
 * An event as Eventer's documents for Elasticsearch 5 had it (kubernetes-retired/heapster e1e8341, events/sinks/elasticsearch/driver.go). Eventer's ids were random, so that what it
 * wrote again stood there twice.
 */
export function eventDocument(event: KubernetesEvent, clusterName: string): EventDocument {
  const { uid, regarding, lastAtMs } = event;
  const { metadata, involvedObject, source, firstTimestamp, lastTimestamp } = toCoreEvent(event) as CoreParts;
  const isPod = regarding.kind === 'Pod';
  const hostname = regarding.kind === 'Node' ? regarding.name : event.node;
  return {
    id: `${uid}-${String(lastAtMs)}`,
    day: lastTimestamp.slice(0, 10).replaceAll('-', '.'),
    source: {
      Metadata: metadata,
      InvolvedObject: involvedObject,
      Source: source,
      FirstOccurrenceTimestamp: firstTimestamp,
      LastOccurrenceTimestamp: lastTimestamp,
      Message: event.note,
      Reason: event.reason,
      Type: event.type,
      Count: event.count,
      EventTags: {
        eventID: uid,
        cluster_name: clusterName,
        ...(isPod ? { pod_id: regarding.uid, pod_name: regarding.name } : {}),
        ...(hostname === undefined ? {} : { hostname }),
      },
    },
  };
}
