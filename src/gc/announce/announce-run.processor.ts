import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { AnnounceRun } from './announce-run.service.js';

/** Tells of a run that has ended. */
@HandlesJob('gc.announce-run')
@Injectable()
export class AnnounceRunProcessor implements JobHandler<'gc.announce-run'> {
  constructor(private readonly announcing: AnnounceRun) {}

  handle({ run }: PayloadOf<'gc.announce-run'>, { signal }: JobContext): Promise<void> {
    return this.announcing.announce(run, signal);
  }
}
