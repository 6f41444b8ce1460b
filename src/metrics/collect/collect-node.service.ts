import { Inject, Injectable } from '@nestjs/common';
import { decodeSummary, SummaryGarbage } from '../core/decode-summary.js';
import { enrichNode } from '../core/enrich.js';
import type { MeasuredNode } from '../core/measured.js';
import { decodeReading, encodeReading, UnreadableReading, type NodeReading } from '../core/previous-reading.js';
import { clockSkewMs, MAX_CLOCK_SKEW_MS, rateNode } from '../core/rate-node.js';
import type { Sample } from '../core/sample.js';
import { ClusterFacts } from './cluster-facts.port.js';
import { COLLECT_OPTIONS, maxWindowMs, type CollectOptions } from './collect-options.js';
import { KubeletSource } from './kubelet.port.js';
import { NodeFailure } from './node-failure.js';

/** What one node brought in a cycle. */
export interface CollectedNode {
  readonly samples: readonly Sample[];
  /** What must be remembered of it for the next cycle, encoded. */
  readonly reading: Buffer;
}

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
   * @throws NodeFailure for everything that is wrong with this node
   */
  async collect(
    name: string,
    cycleAtMs: number,
    prev: Buffer | undefined,
    signal?: AbortSignal,
  ): Promise<CollectedNode> {
    const known = this.facts.node(name);
    if (!known) throw new NodeFailure('no-address', 'The cluster no longer has this node.');
    return this.kubelets.fetchSummary(
      known.target,
      (json, receivedAtMs) => {
        const node = decode(json, name);
        refuseSkew(node, receivedAtMs);
        const reading = rateNode(node, prev && readable(prev), {
          cycleAtMs,
          collectedAtMs: receivedAtMs,
          maxWindowMs: maxWindowMs(this.options),
        });
        return { samples: enrichNode(node, known.facts, this.facts.podsOnNode(name)), reading: encodeReading(reading) };
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

function decode(json: Buffer, name: string): MeasuredNode {
  try {
    return decodeSummary(json, name);
  } catch (error) {
    if (error instanceof SummaryGarbage) throw new NodeFailure('garbage', error.message, { cause: error });
    throw error;
  }
}

function refuseSkew(node: MeasuredNode, receivedAtMs: number): void {
  const skewMs = clockSkewMs(node, receivedAtMs);
  if (!(Math.abs(skewMs) > MAX_CLOCK_SKEW_MS)) return;
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  throw new NodeFailure(
    'clock-skew',
    skewMs > 0
      ? `Its figures are stamped ${minutes} minutes ahead of this clock: set the node's clock right.`
      : `Its figures are stamped ${minutes} minutes behind this clock: its clock is wrong, or its kubelet no longer renews them.`,
  );
}
