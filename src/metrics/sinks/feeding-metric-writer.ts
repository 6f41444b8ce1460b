import { MetricWriter, type ScopeSamples } from '../metric-store.port.js';
import type { SinkSamples } from './sink-samples.port.js';

/**
 * A writer that keeps for the sinks what it has appended to a store on a server. `append` resolves when both have it, so what is acknowledged reaches every sink; when it
 * rejects, one of them may lack it, and appending again replaces it in both. No sink is asked here.
 */
export class FeedingMetricWriter extends MetricWriter {
  constructor(
    private readonly store: MetricWriter,
    private readonly kept: SinkSamples,
  ) {
    super();
  }

  override async append(cycleAtMs: number, scopes: readonly ScopeSamples[]): Promise<void> {
    await this.store.append(cycleAtMs, scopes);
    await this.kept.put(cycleAtMs, scopes);
  }
}
