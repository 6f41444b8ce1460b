import { Injectable } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import type { ClusterNode } from '../../cluster/core/cluster-objects.js';
import { ProblemError } from '../../platform/errors.js';
import type { NodePod } from '../core/node/node-entries.js';

/** How old an answer about a node is; as `/nodes/{node}` says it. */
export interface NodeFreshness {
  readonly asOf: string;
  readonly staleSeconds: number;
}

/** The node that a path names, from the watch cache. */
@Injectable()
export class AskedNode {
  constructor(private readonly view: ClusterView) {}

  /**
   * The node as the cluster last told of it.
   * @throws ProblemError 404 when there is none of this name, 503 while the nodes have never been read
   */
  get(name: string): ClusterNode {
    const node = this.view.node(name);
    if (node) return node;
    this.freshness();
    throw new ProblemError('NOT_FOUND', `There is no node ${name}`);
  }

  has(name: string): boolean {
    return this.view.node(name) !== undefined;
  }

  /** @throws ProblemError 503 while the nodes have never been read */
  freshness(): NodeFreshness {
    const { asOfMs, staleMs = 0 } = this.view.freshness(['nodes']);
    if (asOfMs === undefined)
      throw new ProblemError('UNAVAILABLE', 'The cluster has not been read yet; see part cluster of /readyz');
    return { asOf: new Date(asOfMs).toISOString(), staleSeconds: Math.max(0, staleMs) / 1000 };
  }

  /** Every pod that is bound to the node, by namespace and name. */
  pods(name: string): NodePod[] {
    return this.view.podsOnNode(name).map((pod) => {
      const workload = this.view.workloadOf(pod);
      return { pod, ...(workload === undefined ? {} : { workload }) };
    });
  }
}
