import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { type CustomPoint, customSamples } from '../core/custom-metrics.js';
import { ResourceMetricsReader } from '../core/decode-resource-metrics.js';
import { enrichNode } from '../core/enrich.js';
import { forgetHostNetwork } from '../core/forget-host-network.js';
import { ExpositionGarbage } from '../core/exposition-reader.js';
import type { MeasuredNode } from '../core/measured.js';
import { decodeReading, encodeReading, UnreadableReading, type NodeReading } from '../core/previous-reading.js';
import { rateNode } from '../core/rate-node.js';
import type { Sample } from '../core/sample.js';
import { ClusterFacts } from './cluster-facts.port.js';
import { COLLECT_OPTIONS, maxWindowMs, type CollectOptions } from './collect-options.js';
import { CustomMetrics } from './custom-metrics.service.js';
import { KubeletSource, type NodeTarget } from './kubelet.port.js';
import { NodeFailure } from './node-failure.js';
import { readSummary, requireClock } from './read-summary.js';

interface Received {
  readonly node: MeasuredNode;
  readonly receivedAtMs: number;
}

/** Collects one node: asks its kubelet, reads the answer, makes rates, adds what the cluster knows. */
@Injectable()
export class CollectNode {
  constructor(
    private readonly kubelets: KubeletSource,
    private readonly facts: ClusterFacts,
    private readonly custom: CustomMetrics,
    private readonly clock: Clock,
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
    const finish = ({ node, receivedAtMs }: Received, custom: readonly CustomPoint[]): Buffer => {
      const pods = this.facts.podsOnNode(name);
      forgetHostNetwork(node, pods);
      const reading = rateNode(node, prev && readable(prev), {
        cycleAtMs,
        collectedAtMs: receivedAtMs,
        maxWindowMs: maxWindowMs(this.options),
      });
      const samples = enrichNode(node, known.facts, pods);
      if (custom.length > 0) samples.push(...customSamples(samples, custom));
      take(samples);
      return encodeReading(reading);
    };
    if (!this.custom.isWanted) return this.measure(known.target, (received) => finish(received, []), signal);
    const [received, custom] = await this.measureBoth(known.target, signal);
    return finish(received, custom);
  }

  /** The node and its custom metrics, side by side; without the node these are of no use. */
  private async measureBoth(
    target: NodeTarget,
    signal: AbortSignal | undefined,
  ): Promise<[Received, readonly CustomPoint[]]> {
    const stop = new AbortController();
    const within = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    try {
      return await Promise.all([
        this.measure(target, (received) => received, signal),
        this.custom.read(target, within),
      ]);
    } finally {
      stop.abort();
    }
  }

  /** By its summary, or where a kubelet has none (`docs/decisions/kubelet-endpoints.md`) by its resource metrics. */
  private async measure<Result>(
    target: NodeTarget,
    use: (received: Received) => Result,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    try {
      return await this.kubelets.fetchSummary(
        target,
        (json, receivedAtMs) => use({ node: readSummary(json, target.name, receivedAtMs), receivedAtMs }),
        signal,
      );
    } catch (error) {
      if (!(error instanceof NodeFailure) || error.reason !== 'http-404') throw error;
      return use(await this.measureResources(target, error, signal));
    }
  }

  /** @param failure of the summary, which says more than that of what stands in for it */
  private async measureResources(
    target: NodeTarget,
    failure: NodeFailure,
    signal: AbortSignal | undefined,
  ): Promise<Received> {
    const pods = this.facts.podsOnNode(target.name) ?? [];
    const reader = new ResourceMetricsReader(target.name, pods, this.clock.now());
    try {
      await this.kubelets.stream(target, '/metrics/resource', (chunk) => reader.push(chunk), signal);
      const receivedAtMs = this.clock.now();
      return { node: requireClock(reader.end(), receivedAtMs), receivedAtMs };
    } catch (error) {
      if (error instanceof ExpositionGarbage) throw new NodeFailure('garbage', error.message, { cause: error });
      if (error instanceof NodeFailure && error.reason === 'http-404') throw failure;
      throw error;
    }
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
