import { Inject, Injectable } from '@nestjs/common';
import { Log } from '../../platform/log.js';
import { OwnMetrics } from '../../platform/own-metrics.js';
import { customNames, type CustomPoint, customPoint } from '../core/custom-metrics.js';
import { ExpositionGarbage, ExpositionReader } from '../core/exposition-reader.js';
import { COLLECT_OPTIONS, type CollectOptions } from './collect-options.js';
import { KubeletSource, type NodeTarget } from './kubelet.port.js';
import { NodeFailure } from './node-failure.js';

/** Reads those of cAdvisor's metrics that are asked for. What goes wrong costs these alone, and is counted. */
@Injectable()
export class CustomMetrics {
  /** Whether any is asked for. */
  readonly isWanted: boolean;
  private readonly wants: (name: string) => boolean;
  private readonly failures;
  private readonly dropped;

  constructor(
    private readonly kubelets: KubeletSource,
    @Inject(COLLECT_OPTIONS) private readonly options: Pick<CollectOptions, 'customMetrics' | 'customMaxSeries'>,
    metrics: OwnMetrics,
    private readonly log: Log,
  ) {
    this.isWanted = options.customMetrics.length > 0;
    this.wants = customNames(options.customMetrics);
    this.failures = metrics.counter('custom_metrics_failures_total', 'Nodes whose custom metrics a cycle lacks.', [
      'reason',
    ]);
    this.dropped = metrics.counter(
      'custom_metrics_dropped_series_total',
      'Values of custom metrics that were left out because a node had more than METRICS_CUSTOM_MAX_SERIES.',
    );
  }

  /** @throws the signal's reason alone */
  async read(target: NodeTarget, signal: AbortSignal): Promise<readonly CustomPoint[]> {
    const points: CustomPoint[] = [];
    let dropped = 0;
    const reader = new ExpositionReader({
      wants: this.wants,
      take: (exposed, type) => {
        const point = customPoint(exposed, type);
        if (point && points.length < this.options.customMaxSeries) points.push(point);
        else if (point) dropped += 1;
      },
    });
    try {
      await this.kubelets.stream(target, '/metrics/cadvisor', (chunk) => reader.push(chunk), signal);
      reader.end();
    } catch (error) {
      signal.throwIfAborted();
      const reason = reasonOf(error);
      this.failures.inc({ reason });
      this.log.warn('The custom metrics of a node are missing', { node: target.name, reason, error });
      return [];
    }
    if (dropped > 0) this.dropped.inc(dropped);
    return points;
  }
}

/** @throws what is no failure of the node */
function reasonOf(error: unknown): string {
  if (error instanceof NodeFailure) return error.reason;
  if (error instanceof ExpositionGarbage) return 'garbage';
  throw error;
}
