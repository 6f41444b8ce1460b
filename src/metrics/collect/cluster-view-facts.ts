import { Injectable } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import type { ClusterNode, ClusterPod } from '../../cluster/core/cluster-objects.js';
import type { PodFacts } from '../core/facts.js';
import { ClusterFacts, type KnownNode } from './cluster-facts.port.js';
import type { NodeTarget } from './kubelet.port.js';

const PHASES: ReadonlySet<string> = new Set(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']);

/** `ClusterFacts` by the watch cache. */
@Injectable()
export class ClusterViewFacts extends ClusterFacts {
  constructor(private readonly view: ClusterView) {
    super();
  }

  /** Waits for pods and the kinds that own them too: before that, a pod of a Deployment would be taken for its ReplicaSet's. */
  override nodes(): readonly KnownNode[] | undefined {
    return this.view.isSynced() ? this.view.nodes().map(toKnownNode) : undefined;
  }

  override node(name: string): KnownNode | undefined {
    const node = this.view.node(name);
    return node && toKnownNode(node);
  }

  override podsOnNode(node: string): readonly PodFacts[] | undefined {
    if (!this.view.isSynced()) return undefined;
    return this.view.podsOnNode(node).map((pod) => toPodFacts(pod, node, this.view.workloadOf(pod)));
  }
}

/** Shares what it can with the view: made anew in every cycle, it is gone at once. */
function toPodFacts(pod: ClusterPod, node: string, workload: string | undefined): PodFacts {
  const { namespace, name, uid, staticUid, hostNetwork, phase, labels, containers, resources, overhead } = pod;
  return {
    namespace,
    name,
    uid,
    ...(staticUid === undefined ? {} : { staticUid }),
    node,
    hostNetwork,
    phase: PHASES.has(phase) ? (phase as PodFacts['phase']) : 'Unknown',
    labels,
    ...(workload === undefined ? {} : { workload }),
    containers,
    ...(resources ? { resources } : {}),
    ...(overhead ? { overhead } : {}),
  };
}

function toKnownNode(node: ClusterNode): KnownNode {
  const { name, labels, capacity, allocatable } = node;
  return { facts: { name, labels, capacity, allocatable }, target: targetOf(node) };
}

/** Where the kubelet is asked: the first address of the most direct kind that the node has. */
function targetOf({ name, addresses, kubeletPort }: ClusterNode): NodeTarget {
  const kinds = ['InternalIP', 'ExternalIP', 'InternalDNS', 'ExternalDNS', 'Hostname'];
  const address = kinds.flatMap((kind) => addresses.filter(({ type }) => type === kind))[0]?.address;
  return { name, port: kubeletPort, ...(address === undefined ? {} : { address }) };
}
