import { Injectable } from '@nestjs/common';
import { HandlesJob, type JobHandler } from '../../jobs/job-handler.js';
import { Clock } from '../../platform/clock.js';
import { MetricUpkeep } from '../metric-upkeep.port.js';
import { LATE_MS } from './late.js';

/** Rolls samples up to rows of five minutes and of an hour. */
@HandlesJob('metrics.roll-up')
@Injectable()
export class RollUpProcessor implements JobHandler<'metrics.roll-up'> {
  constructor(
    private readonly upkeep: MetricUpkeep,
    private readonly clock: Clock,
  ) {}

  async handle(): Promise<object> {
    return { days: await this.upkeep.rollUp(this.clock.now() - LATE_MS) };
  }
}
