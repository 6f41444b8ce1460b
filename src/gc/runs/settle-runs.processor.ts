import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { SettleRuns } from './settle-runs.service.js';

/** Ends what is left of runs that are over. */
@HandlesJob('gc.settle-runs')
@Injectable()
export class SettleRunsProcessor implements JobHandler<'gc.settle-runs'> {
  constructor(private readonly settling: SettleRuns) {}

  async handle(_: PayloadOf<'gc.settle-runs'>, { signal }: JobContext): Promise<{ closed: number }> {
    return { closed: await this.settling.sweep(signal) };
  }
}
