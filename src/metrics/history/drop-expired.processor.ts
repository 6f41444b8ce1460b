import { Inject, Injectable } from '@nestjs/common';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { MetricUpkeep } from '../metric-upkeep.port.js';
import { LATE_MS } from './late.js';

export type RetentionConfig = Pick<
  Config,
  'metricRetentionRawMs' | 'metricRetention5mMs' | 'metricRetention1hMs' | 'metricsMaxBytes'
>;

/**
 * Forgets metrics that are older than their tier is kept, then, above `METRICS_MAX_BYTES`, the oldest. What is about to go is rolled up first: a store whose
 * roll-ups fail (on a disk that is full) forgets what is rolled up already, and keeps the rest.
 */
@HandlesJob('metrics.drop-expired')
@Injectable()
export class DropExpiredProcessor implements JobHandler<'metrics.drop-expired'> {
  constructor(
    private readonly upkeep: MetricUpkeep,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: RetentionConfig,
  ) {}

  async handle(_payload: object, { signal }: Pick<JobContext, 'signal'>): Promise<object> {
    const nowMs = this.clock.now();
    const { metricRetentionRawMs, metricRetention5mMs, metricRetention1hMs, metricsMaxBytes } = this.config;
    const [rolledUp] = await Promise.allSettled([this.upkeep.rollUp(nowMs - LATE_MS)]);
    const days: Record<string, number> = {};
    for (const [tier, keptMs] of [
      ['raw', metricRetentionRawMs],
      ['5m', metricRetention5mMs],
      ['1h', metricRetention1hMs],
    ] as const) {
      signal.throwIfAborted();
      days[tier] = await this.upkeep.dropBefore(tier, nowMs - keptMs);
    }
    signal.throwIfAborted();
    const overSize = metricsMaxBytes > 0 ? await this.upkeep.shrinkTo(metricsMaxBytes) : 0;
    if (rolledUp.status === 'rejected') throw rolledUp.reason;
    return { days, overSize };
  }
}
