import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../../jobs/job-handler.js';
import { InstallHa } from './install-ha.service.js';

/** Installs instances of the control plane through agents. */
@HandlesJob('stacks.install-control-plane')
@Injectable()
export class InstallHaProcessor implements JobHandler<'stacks.install-control-plane'> {
  constructor(private readonly installing: InstallHa) {}

  handle(payload: PayloadOf<'stacks.install-control-plane'>, context: JobContext): Promise<unknown> {
    if (context.runId === undefined) throw new Error('stacks.install-control-plane keeps a run');
    return this.installing.install(payload, context.runId, context);
  }
}
