import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { RemoveRelease } from './remove-release.service.js';

/** Takes a release out of the cluster. */
@HandlesJob('stacks.remove')
@Injectable()
export class RemoveProcessor implements JobHandler<'stacks.remove'> {
  constructor(private readonly removing: RemoveRelease) {}

  handle(payload: PayloadOf<'stacks.remove'>, context: JobContext): Promise<unknown> {
    if (context.runId === undefined) throw new Error('stacks.remove keeps a run');
    return this.removing.remove(payload, context.runId, context);
  }
}
