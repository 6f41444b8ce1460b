import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { ReplaySpool } from './replay-spool.service.js';

/** Writes what waits for the metric store. */
@HandlesJob('metrics.replay-spool')
@Injectable()
export class ReplaySpoolProcessor implements JobHandler<'metrics.replay-spool'> {
  constructor(private readonly replaying: ReplaySpool) {}

  handle(_: PayloadOf<'metrics.replay-spool'>, { signal }: JobContext): Promise<object> {
    return this.replaying.run(signal);
  }
}
