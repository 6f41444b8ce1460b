import { Injectable } from '@nestjs/common';
import { HandlesJob, type JobHandler } from '../../jobs/job-handler.js';
import { Clock } from '../../platform/clock.js';
import { MetricUpkeep } from '../metric-upkeep.port.js';
import { LATE_MS } from './late.js';

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
