import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../../jobs/job-handler.js';
import { UninstallHa } from './uninstall-ha.service.js';

/** Takes instances of the control plane away again, through agents. */
@HandlesJob('stacks.uninstall-control-plane')
@Injectable()
export class UninstallHaProcessor implements JobHandler<'stacks.uninstall-control-plane'> {
  constructor(private readonly uninstalling: UninstallHa) {}

  handle(payload: PayloadOf<'stacks.uninstall-control-plane'>, context: JobContext): Promise<unknown> {
    if (context.runId === undefined) throw new Error('stacks.uninstall-control-plane keeps a run');
    return this.uninstalling.uninstall(payload, context.runId, context);
  }
}
