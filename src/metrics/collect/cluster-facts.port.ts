import type { NodeFacts, PodFacts } from '../core/facts.js';
import type { NodeTarget } from './kubelet.port.js';

export interface KnownNode {
  readonly facts: NodeFacts;
  readonly target: NodeTarget;
}

/** What the cluster says of its nodes and pods at this moment, from memory. */
export abstract class ClusterFacts {
  /** Every node, ready or not; undefined until the cluster's nodes are known. */
  abstract nodes(): readonly KnownNode[] | undefined;
  abstract node(name: string): KnownNode | undefined;
  /** Every pod that is bound to the node, in any phase; undefined until the cluster's pods are known. */
  abstract podsOnNode(node: string): readonly PodFacts[] | undefined;
}
