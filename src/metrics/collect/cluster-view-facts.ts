import { Injectable } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import type { ClusterNode, ClusterPod, PodContainer } from '../../cluster/core/cluster-objects.js';
import type { ContainerFacts, NodeFacts, PodFacts } from '../core/facts.js';
import { ClusterFacts, type KnownNode } from './cluster-facts.port.js';
import type { NodeTarget } from './kubelet.port.js';

const PHASES: ReadonlySet<string> = new Set(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']);
const ROLES = { main: 'app', init: 'init', sidecar: 'sidecar' } as const;

/** `ClusterFacts` by the watch cache. */
@Injectable()
export class ClusterViewFacts extends ClusterFacts {
  /** A pod's facts are the same until the pod changes, and then it is another object. Its workload is not: the owner may become known later. */
  private readonly facts = new WeakMap<ClusterPod, PodFacts>();

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
    return this.view.podsOnNode(node).map((pod) => this.factsOf(pod, node));
  }

  private factsOf(pod: ClusterPod, node: string): PodFacts {
    const workload = this.view.workloadOf(pod);
    const known = this.facts.get(pod);
    if (known && known.workload === workload) return known;
    const facts = toPodFacts(pod, node, workload);
    this.facts.set(pod, facts);
    return facts;
  }
}

function toPodFacts(pod: ClusterPod, node: string, workload: string | undefined): PodFacts {
  return {
    namespace: pod.namespace,
    name: pod.name,
    uid: pod.uid,
    ...(pod.staticUid === undefined ? {} : { staticUid: pod.staticUid }),
    node,
    phase: PHASES.has(pod.phase) ? (pod.phase as PodFacts['phase']) : 'Unknown',
    labels: pod.labels,
    ...(workload === undefined ? {} : { workload }),
    containers: pod.containers.map(toContainerFacts),
  };
}

function toContainerFacts({ name, type, requests, limits, restartCount }: PodContainer): ContainerFacts {
  return {
    name,
    role: ROLES[type],
    restartCount,
    ...optional('cpuRequestMillicores', requests.cpuMillicores),
    ...optional('cpuLimitMillicores', limits.cpuMillicores),
    ...optional('memoryRequestBytes', requests.memoryBytes),
    ...optional('memoryLimitBytes', limits.memoryBytes),
    ...optional('ephemeralStorageRequestBytes', requests.ephemeralStorageBytes),
    ...optional('ephemeralStorageLimitBytes', limits.ephemeralStorageBytes),
    ...optional('extendedRequests', requests.extended),
  };
}

function toKnownNode(node: ClusterNode): KnownNode {
  const facts: NodeFacts = {
    name: node.name,
    labels: node.labels,
    ...optional('cpuCapacityMillicores', node.capacity.cpuMillicores),
    ...optional('cpuAllocatableMillicores', node.allocatable.cpuMillicores),
    ...optional('memoryCapacityBytes', node.capacity.memoryBytes),
    ...optional('memoryAllocatableBytes', node.allocatable.memoryBytes),
    ...optional('ephemeralStorageCapacityBytes', node.capacity.ephemeralStorageBytes),
    ...optional('ephemeralStorageAllocatableBytes', node.allocatable.ephemeralStorageBytes),
    ...optional('extendedCapacity', node.capacity.extended),
    ...optional('extendedAllocatable', node.allocatable.extended),
  };
  return { facts, target: targetOf(node) };
}

/** Where the kubelet is asked: the first address of the most direct kind that the node has. */
function targetOf({ name, addresses, kubeletPort }: ClusterNode): NodeTarget {
  const kinds = ['InternalIP', 'ExternalIP', 'InternalDNS', 'ExternalDNS', 'Hostname'];
  const address = kinds.flatMap((kind) => addresses.filter(({ type }) => type === kind))[0]?.address;
  return { name, port: kubeletPort, ...optional('address', address) };
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}
