import { Inject, Injectable } from '@nestjs/common';
import { enrichNode } from '../core/enrich.js';
import { decodeReading, encodeReading, UnreadableReading, type NodeReading } from '../core/previous-reading.js';
import { rateNode } from '../core/rate-node.js';
import type { Sample } from '../core/sample.js';
import { ClusterFacts } from './cluster-facts.port.js';
import { COLLECT_OPTIONS, maxWindowMs, type CollectOptions } from './collect-options.js';
import { KubeletSource } from './kubelet.port.js';
import { NodeFailure } from './node-failure.js';
import { readSummary } from './read-summary.js';

/** Collects one node: asks its kubelet, reads the answer, makes rates, adds what the cluster knows. */
@Injectable()
export class CollectNode {
  constructor(
    private readonly kubelets: KubeletSource,
    private readonly facts: ClusterFacts,
    @Inject(COLLECT_OPTIONS) private readonly options: CollectOptions,
  ) {}

  /**
   * @param prev the node's newest reading of before this cycle, encoded
   * @param take gets the samples as soon as they are made, and should not keep them: then they cost the least
   * @returns what must be remembered of the node for the next cycle, encoded
   * @throws NodeFailure for everything that is wrong with this node
   */
  async collect(
    name: string,
    cycleAtMs: number,
    prev: Buffer | undefined,
    signal: AbortSignal | undefined,
    take: (samples: readonly Sample[]) => void,
  ): Promise<Buffer> {
    const known = this.facts.node(name);
    if (!known) throw new NodeFailure('no-address', 'The cluster no longer has this node.');
    return this.kubelets.fetchSummary(
      known.target,
      (json, receivedAtMs) => {
        const node = readSummary(json, name, receivedAtMs);
        const reading = rateNode(node, prev && readable(prev), {
          cycleAtMs,
          collectedAtMs: receivedAtMs,
          maxWindowMs: maxWindowMs(this.options),
        });
        take(enrichNode(node, known.facts, this.facts.podsOnNode(name)));
        return encodeReading(reading);
      },
      signal,
    );
  }
}

/** What another version wrote is no reading: the node goes without rates for one cycle. */
function readable(bytes: Buffer): NodeReading | undefined {
  try {
    return decodeReading(bytes);
  } catch (error) {
    if (error instanceof UnreadableReading) return undefined;
    throw error;
  }
}
