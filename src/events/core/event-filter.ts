/** What counts of events can be split by. */
export const EVENT_KEYS = ['type', 'reason', 'reportingController', 'namespace', 'kind', 'node', 'workload'] as const;
export type EventKey = (typeof EVENT_KEYS)[number];

/** Which events; every given field must match. `namespace`, `kind` and `name` are of the object that the event is about. */
export interface EventFilter {
  /** The namespaces that the caller may see; absent means all, and what belongs to no namespace. Holds before everything else. */
  readonly visibleNamespaces?: readonly string[];
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
  /** `Kind/name`: events about the workload, its ReplicaSets, Jobs and pods. */
  readonly workload?: string;
  /** About the node, or of what happened on it. */
  readonly node?: string;
  readonly types?: readonly string[];
  readonly reasons?: readonly string[];
  readonly reportingControllers?: readonly string[];
  /** Is found in the note, in any case of letters. */
  readonly search?: string;
}
