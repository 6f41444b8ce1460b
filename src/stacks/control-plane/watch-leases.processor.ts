import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { WatchLeases } from './watch-leases.service.js';

/** Measures a failover. */
@HandlesJob('stacks.watch-leases')
@Injectable()
export class WatchLeasesProcessor implements JobHandler<'stacks.watch-leases'> {
  constructor(private readonly watching: WatchLeases) {}

  handle({ untilMs }: PayloadOf<'stacks.watch-leases'>, context: JobContext): Promise<unknown> {
    return this.watching.watch(untilMs, context);
  }
}
