import type { ClusterView } from '../../cluster/cluster-view.js';
import type { PackedOrigin } from '../core/pack/packed-lines.js';

type PodView = Pick<ClusterView, 'pod' | 'workloadOf'>;
type Pod = NonNullable<ReturnType<PodView['pod']>>;

interface Resolved {
  readonly pod: Pod;
  readonly workload: string | undefined;
  readonly origin: PackedOrigin;
}

/**
 * Adds to a line's origin what the cluster knows of its pod: workload and labels (instead of the shipper's, who may know only the ReplicaSet or cut labels' dots), uid and node
 * where they lack. A pod that is unknown, or another one under the same name, leaves it as it is. The same origin is the same object again as long as its pod is.
 */
export class PodResolver {
  private readonly last = new WeakMap<PackedOrigin, Resolved>();

  constructor(private readonly view: PodView) {}

  resolve(origin: PackedOrigin): PackedOrigin {
    const { namespace, pod: name, podUid } = origin;
    const pod = namespace === undefined || name === undefined ? undefined : this.view.pod(namespace, name);
    if (!pod || (podUid !== undefined && podUid !== pod.uid && podUid !== pod.staticUid)) return origin;
    const workload = this.view.workloadOf(pod) ?? origin.workload;
    const last = this.last.get(origin);
    if (last && last.pod === pod && last.workload === workload) return last.origin;
    const resolved = withPod(origin, pod, workload);
    this.last.set(origin, { pod, workload, origin: resolved });
    return resolved;
  }
}

function withPod(origin: PackedOrigin, pod: Pod, workload: string | undefined): PackedOrigin {
  const node = origin.node ?? pod.node;
  return {
    ...origin,
    podUid: origin.podUid ?? pod.uid,
    ...(node !== undefined && { node }),
    ...(workload !== undefined && { workload }),
    labels: pod.labels,
  };
}
