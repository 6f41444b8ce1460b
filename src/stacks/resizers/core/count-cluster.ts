import type { ClusterNode, ClusterPod } from '../../../cluster/core/cluster-objects.js';
import type { Counted } from './resizer-spec.js';

/** How many there are. Containers are those of all kinds, init and ephemeral ones too. */
export function countCluster(of: Counted, nodes: readonly ClusterNode[], pods: readonly ClusterPod[]): number {
  if (of === 'nodes') return nodes.length;
  if (of === 'cores') return Math.floor(sum(nodes, ({ allocatable }) => allocatable.cpuMillicores ?? 0) / 1000);
  const alive = pods.filter(({ phase }) => phase !== 'Succeeded' && phase !== 'Failed');
  if (of === 'pods') return alive.length;
  return sum(alive, ({ containers, ephemeralContainers = [] }) => containers.length + ephemeralContainers.length);
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
