import type { LabelPredicate } from '../../core/label-selector.js';
import type { ClusterPod } from './cluster-objects.js';

/** Which pods; every given field must match. */
export interface PodFilter {
  readonly namespace?: string | undefined;
  /** The namespaces that the caller may see; absent means all. */
  readonly visibleNamespaces?: readonly string[] | undefined;
  readonly node?: string | undefined;
  /** `Kind/name`, such as `Deployment/web`. */
  readonly workload?: string | undefined;
  readonly matchesLabels?: LabelPredicate | undefined;
  /** Part of the name, in any case of letters. */
  readonly search?: string | undefined;
}

/** The pods that match, in the order in which they are given. */
export function selectPods(
  pods: readonly ClusterPod[],
  filter: PodFilter,
  workloadOf: (pod: ClusterPod) => string | undefined,
): ClusterPod[] {
  const { namespace, visibleNamespaces, node, workload, matchesLabels } = filter;
  const visible = visibleNamespaces && new Set(visibleNamespaces);
  const search = filter.search?.toLowerCase();
  return pods.filter(
    (pod) =>
      (namespace === undefined || pod.namespace === namespace) &&
      (visible === undefined || visible.has(pod.namespace)) &&
      (node === undefined || pod.node === node) &&
      (search === undefined || pod.name.toLowerCase().includes(search)) &&
      (matchesLabels === undefined || matchesLabels(pod.labels)) &&
      (workload === undefined || workloadOf(pod) === workload),
  );
}
