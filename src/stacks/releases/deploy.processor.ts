import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { DeployRelease } from './deploy-release.service.js';

/** Deploys a revision of a release. */
@HandlesJob('stacks.deploy')
@Injectable()
export class DeployProcessor implements JobHandler<'stacks.deploy'> {
  constructor(private readonly deploying: DeployRelease) {}

  handle(payload: PayloadOf<'stacks.deploy'>, context: JobContext): Promise<unknown> {
    if (context.runId === undefined) throw new Error('stacks.deploy keeps a run');
    return this.deploying.deploy(payload, context.runId, context);
  }
}
