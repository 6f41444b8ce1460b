import type { Generated, Selectable } from 'kysely';
import type { KubernetesEvent, ObjectReference } from '../../events/core/kubernetes-event.js';
import { known } from '../../cluster/core/raw-object.js';
import type { EventRow } from '../../events/event-store.port.js';

/** `bigint` comes as text. */
export interface EventColumns {
  id: Generated<string | number>;
  uid: string;
  revision: string | number;
  namespace: string;
  name: string;
  resource_version: string;
  type: string;
  reason: string;
  action: string | null;
  note: string;
  regarding_kind: string;
  regarding_namespace: string | null;
  regarding_name: string;
  regarding_api_version: string | null;
  regarding_uid: string | null;
  regarding_field_path: string | null;
  related: ObjectReference | string | null;
  reporting_controller: string;
  reporting_instance: string | null;
  first_at: Date;
  last_at: Date;
  count: number;
  is_series: boolean;
  node: string | null;
  workload: string | null;
}

export interface EventTables {
  events: EventColumns;
  event_sightings: { minute: Date; event: string | number; occurrences: number };
  event_head: { newest: string | number };
}

/** The columns of an event but its id and revision. */
export function columnsOf(event: KubernetesEvent) {
  const { regarding, related } = event;
  return {
    uid: event.uid,
    namespace: event.namespace,
    name: event.name,
    resource_version: event.resourceVersion,
    type: event.type,
    reason: event.reason,
    action: event.action ?? null,
    note: event.note,
    regarding_kind: regarding.kind,
    regarding_namespace: regarding.namespace ?? null,
    regarding_name: regarding.name,
    regarding_api_version: regarding.apiVersion ?? null,
    regarding_uid: regarding.uid ?? null,
    regarding_field_path: regarding.fieldPath ?? null,
    related: related === undefined ? null : JSON.stringify(related),
    reporting_controller: event.reportingController,
    reporting_instance: event.reportingInstance ?? null,
    first_at: new Date(event.firstAtMs),
    last_at: new Date(event.lastAtMs),
    count: event.count,
    is_series: event.isSeries,
    node: event.node ?? null,
    workload: event.workload ?? null,
  };
}

/** A row as readers have it. */
export function rowOf(row: Selectable<EventColumns>): EventRow {
  const event = known({
    uid: row.uid,
    namespace: row.namespace,
    name: row.name,
    resourceVersion: row.resource_version,
    type: row.type,
    reason: row.reason,
    action: row.action ?? undefined,
    note: row.note,
    regarding: known({
      kind: row.regarding_kind,
      apiVersion: row.regarding_api_version ?? undefined,
      namespace: row.regarding_namespace ?? undefined,
      name: row.regarding_name,
      uid: row.regarding_uid ?? undefined,
      fieldPath: row.regarding_field_path ?? undefined,
    }),
    related: (row.related as ObjectReference | null) ?? undefined,
    reportingController: row.reporting_controller,
    reportingInstance: row.reporting_instance ?? undefined,
    firstAtMs: row.first_at.getTime(),
    lastAtMs: row.last_at.getTime(),
    count: row.count,
    isSeries: row.is_series,
    node: row.node ?? undefined,
    workload: row.workload ?? undefined,
  });
  return { event, id: Number(row.id), revision: Number(row.revision) };
}
