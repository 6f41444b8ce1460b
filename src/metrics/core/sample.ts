/**
 * What one collection says of one object. Shared by collection, aggregation and every metric store.
 * Names and object types are Heapster's (kubernetes-retired/heapster e1e8341, metrics/core/metrics.go and labels.go).
 */

/** What a metric is about. */
export const OBJECT_TYPES = ['cluster', 'ns', 'node', 'pod', 'pod_container', 'sys_container'] as const;
export type ObjectType = (typeof OBJECT_TYPES)[number];

/**
 * The identity and labels of a measured object. Which fields are set follows from `type`:
 * `cluster` none; `ns` namespace; `node` node; `pod` node, namespace, pod, podUid; `pod_container` those and container;
 * `sys_container` node and container.
 */
export interface MetricObject {
  readonly type: ObjectType;
  readonly node?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly podUid?: string;
  readonly container?: string;
  /** `Kind/name` of what owns the pod, such as `Deployment/web`; a pod without an owner has none. */
  readonly workload?: string;
  /** Kubernetes labels of the node or pod; not part of the identity. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Heapster's `resource_id` for labelled metrics (file systems): `/`, `logs`, `Volume:<name>`. Part of the identity. */
  readonly resource?: string;
}

/** The values of one object in one cycle. */
export interface Sample {
  readonly object: MetricObject;
  /** The kubelet's own time stamp of these values, ms since the epoch; undefined for sums over several objects. */
  readonly sampledAtMs: number | undefined;
  /**
   * One value a metric, in the order of `metricsOf(type)` (or of `LABELED_METRICS` when `object.resource` is set).
   * NaN means unknown: it is never stored, and never a zero.
   */
  readonly values: number[];
}
