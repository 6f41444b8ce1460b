import { Injectable } from '@nestjs/common';
import { HandlesJob, type JobHandler } from '../../jobs/job-handler.js';
import { Clock } from '../../platform/clock.js';
import { LogUpkeep } from './log-store.port.js';

/** Keeps the log store within its bounds, and its files in order. */
@HandlesJob('logs.upkeep')
@Injectable()
export class KeepLogsProcessor implements JobHandler<'logs.upkeep'> {
  constructor(
    private readonly logs: LogUpkeep,
    private readonly clock: Clock,
  ) {}

  async handle(): Promise<object> {
    await this.logs.upkeep(this.clock.now());
    return {};
  }
}
