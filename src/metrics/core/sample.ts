/**
 * What one collection says of one object. Shared by collection, aggregation and every metric store.
 * Names and object types are Heapster's (kubernetes-retired/heapster e1e8341, metrics/core/metrics.go and labels.go).
 */

/** What a metric is about. */
export const OBJECT_TYPES = ['cluster', 'ns', 'node', 'pod', 'pod_container', 'sys_container'] as const;
export type ObjectType = (typeof OBJECT_TYPES)[number];

/** Objects that belong to no namespace: a caller that is limited to some sees none of them. */
export const CLUSTER_WIDE_TYPES: ReadonlySet<ObjectType> = new Set(['cluster', 'node', 'sys_container']);

/**
 * What an object has several of, with metrics for each. The name of one is Heapster's `resource_id` or made as those are: `/`, `logs`, `imageFs`, `containerFs` and
 * `Volume:<name>` are file systems, `Interface:<name>` a network interface, `Claim:<name>` the volume of a persistent volume claim in the pod's namespace,
 * `Extended:<domain/name>` an extended resource, `Custom:<name>` a metric of cAdvisor that was asked for.
 */
export const RESOURCE_FAMILIES = ['filesystem', 'interface', 'claim', 'extended', 'custom'] as const;
export type ResourceFamily = (typeof RESOURCE_FAMILIES)[number];

/** Before the name of a metric that cAdvisor tells. */
export const CUSTOM_PREFIX = 'Custom';

const PREFIXES: ReadonlyMap<string, ResourceFamily> = new Map([
  ['Interface', 'interface'],
  ['Claim', 'claim'],
  ['Extended', 'extended'],
  [CUSTOM_PREFIX, 'custom'],
]);

/** The family of a `resource`. */
export function familyOf(resource: string): ResourceFamily {
  const colon = resource.indexOf(':');
  return PREFIXES.get(resource.slice(0, Math.max(0, colon))) ?? 'filesystem';
}

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
  /** Which resource of the object, for the metrics of a family: `/`, `Volume:data`, `Interface:eth0`. Part of the identity. */
  readonly resource?: string;
}

/** The values of one object in one cycle. */
export interface Sample {
  readonly object: MetricObject;
  /** The kubelet's own time stamp of these values, ms since the epoch; undefined for sums over several objects. */
  readonly sampledAtMs: number | undefined;
  /**
   * One value a metric, in the order of `metricsOfObject(object)`.
   * NaN means unknown: it is never stored, and never a zero.
   */
  readonly values: number[];
}
