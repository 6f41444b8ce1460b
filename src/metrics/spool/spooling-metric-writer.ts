import type { Log } from '../../platform/log.js';
import { MetricWriter, type ScopeSamples } from '../metric-store.port.js';
import type { SampleSpool } from './sample-spool.port.js';
import type { SpoolMetrics } from './spool-metrics.js';

export interface SpoolOptions {
  /** How much may wait; then the oldest cycles go. */
  readonly maxBytes: number;
  /** Whether the store says with this error that it will never take these samples. */
  readonly isRefusal: (error: unknown) => boolean;
}

/**
 * A writer for a store on a server, which may be away: what it does not take waits in the spool, compact and durable, and is replayed by `ReplaySpool`. While
 * anything waits, everything new waits behind it, so that the store gets the cycles in order and an older writing of a scope never replaces a newer one.
 *
 * `append` keeps the writer's contract with one difference: what waits is not yet read by readers. It rejects when neither the store nor the spool takes the samples.
 */
export class SpoolingMetricWriter extends MetricWriter {
  constructor(
    private readonly store: MetricWriter,
    private readonly spool: SampleSpool,
    private readonly options: SpoolOptions,
    private readonly metrics: SpoolMetrics,
    private readonly log: Log,
  ) {
    super();
  }

  override async append(cycleAtMs: number, scopes: readonly ScopeSamples[]): Promise<void> {
    if (scopes.length === 0) return;
    if (await this.spool.isEmpty()) {
      try {
        return await this.store.append(cycleAtMs, scopes);
      } catch (error) {
        if (error instanceof TypeError || this.options.isRefusal(error)) throw error;
        this.log.warn('The metric store takes nothing; samples wait until it does', { cycleAtMs, error });
      }
    }
    const dropped = await this.spool.put(cycleAtMs, scopes, this.options.maxBytes);
    if (dropped === 0) return;
    this.metrics.dropped.inc(dropped);
    this.log.warn('The oldest cycles that wait for the metric store are given up', { cycles: dropped });
  }
}
