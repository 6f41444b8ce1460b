import type { ClusterView } from '../../cluster/cluster-view.js';
import type { ShippedOrigin } from '../core/shippers/read-origin.js';

/**
 * Adds to a line's origin what the cluster knows of its pod: workload and labels (instead of the shipper's, who may know only the ReplicaSet or cut labels' dots), uid and node
 * where they lack. A pod that is unknown, or another one under the same name, leaves it as it is.
 */
export function resolvePod(origin: ShippedOrigin, view: Pick<ClusterView, 'pod' | 'workloadOf'>): ShippedOrigin {
  const { namespace, pod: name, podUid, node } = origin;
  const pod = namespace === undefined || name === undefined ? undefined : view.pod(namespace, name);
  if (!pod || (podUid !== undefined && podUid !== pod.uid && podUid !== pod.staticUid)) return origin;
  const workload = view.workloadOf(pod) ?? origin.workload;
  const knownNode = node ?? pod.node;
  return {
    ...origin,
    podUid: podUid ?? pod.uid,
    ...(knownNode !== undefined && { node: knownNode }),
    ...(workload !== undefined && { workload }),
    labels: pod.labels,
  };
}
