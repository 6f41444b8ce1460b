import { Injectable } from '@nestjs/common';
import { ClusterFacts } from '../collect/cluster-facts.port.js';
import { KubeletSource, type ReadSummary } from '../collect/kubelet.port.js';
import { NodeFailure } from '../collect/node-failure.js';
import { SummaryGarbage } from '../core/summary-reader.js';

/** Asks the kubelet of one node when somebody wants to know, beside what is collected of it. */
@Injectable()
export class NodeKubelet {
  constructor(
    private readonly kubelets: KubeletSource,
    private readonly facts: ClusterFacts,
  ) {}

  /**
   * Resolves with what `read` makes of the newest summary.
   * @throws NodeFailure for everything that is wrong with the node, an answer that `read` does not understand included
   * @throws the signal's reason when the signal is aborted
   */
  async ask<Result>(name: string, read: ReadSummary<Result>, signal?: AbortSignal): Promise<Result> {
    const known = this.facts.node(name);
    if (!known) throw new NodeFailure('no-address', 'The cluster does not have this node any more.');
    try {
      return await this.kubelets.fetchSummary(known.target, read, signal);
    } catch (error) {
      if (error instanceof SummaryGarbage) throw new NodeFailure('garbage', error.message, { cause: error });
      if (error instanceof SyntaxError)
        throw new NodeFailure('garbage', "The answer is not JSON, so it is not a kubelet's summary.", { cause: error });
      throw error;
    }
  }
}
