import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { CheckDrift } from './check-drift.service.js';

/** Looks for drift. */
@HandlesJob('stacks.check-drift')
@Injectable()
export class CheckDriftProcessor implements JobHandler<'stacks.check-drift'> {
  constructor(private readonly checking: CheckDrift) {}

  handle(_: PayloadOf<'stacks.check-drift'>, { signal }: JobContext): Promise<unknown> {
    return this.checking.check(signal);
  }
}
