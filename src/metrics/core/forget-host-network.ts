/**
 * A pod on its node's network (`hostNetwork`) has none of its own: what the kubelet tells under its name are the node's interfaces once more (google/cadvisor#2615).
 * They are taken for unknown, as they were in Heapster. As the pod's they would be wrong, the sums of its namespace and the cluster would count the node's traffic once for
 * each such pod, and each would have every interface of the node, with those of all pods on it.
 */
import type { PodFacts } from './facts.js';
import { slotOf, type MeasuredNode } from './measured.js';
import { metricsOf } from './metric-catalogue.js';

const NETWORK = metricsOf('pod')
  .filter(({ name }) => name.startsWith('network/'))
  .map(({ name }) => slotOf(name));

type OnNetwork = Pick<PodFacts, 'uid' | 'staticUid' | 'hostNetwork'>;

/** Takes the network figures from pods that have no network of their own. @param pods bound to the node; undefined when they are not known, which changes nothing */
export function forgetHostNetwork(node: MeasuredNode, pods: readonly OnNetwork[] | undefined): void {
  const onHost = new Set(pods?.flatMap((pod) => (pod.hostNetwork ? [pod.staticUid ?? pod.uid] : [])));
  for (const { uid, measured } of node.pods) {
    if (!onHost.has(uid)) continue;
    for (const slot of NETWORK) measured.values[slot] = NaN;
    measured.networkAtMs = NaN;
    measured.interfaces.length = 0;
  }
}
