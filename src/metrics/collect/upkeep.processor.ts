import { Inject, Injectable } from '@nestjs/common';
import { HandlesJob, type JobHandler } from '../../jobs/job-handler.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { MetricUpkeep } from '../metric-upkeep.port.js';

/** A day is left open for so long after its end, for samples that come late. */
const LATE_MS = 15 * 60_000;

/** Brings ended days of metrics into their final form. */
@HandlesJob('metrics.close-days')
@Injectable()
export class CloseDaysProcessor implements JobHandler<'metrics.close-days'> {
  constructor(
    private readonly upkeep: MetricUpkeep,
    private readonly clock: Clock,
  ) {}

  async handle(): Promise<object> {
    return { days: await this.upkeep.closeDays(this.clock.now() - LATE_MS) };
  }
}

/** Forgets metrics that are older than `METRIC_RETENTION`. */
@HandlesJob('metrics.drop-expired')
@Injectable()
export class DropExpiredProcessor implements JobHandler<'metrics.drop-expired'> {
  constructor(
    private readonly upkeep: MetricUpkeep,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'metricRetentionMs'>,
  ) {}

  async handle(): Promise<object> {
    return { days: await this.upkeep.dropBefore(this.clock.now() - this.config.metricRetentionMs) };
  }
}
