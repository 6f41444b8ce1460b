import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { RunNode } from './run-node.service.js';

/** Carries out a run on one node. */
@HandlesJob('gc.run-node')
@Injectable()
export class RunNodeProcessor implements JobHandler<'gc.run-node'> {
  constructor(private readonly nodes: RunNode) {}

  handle(attempt: PayloadOf<'gc.run-node'>, { signal }: JobContext): Promise<void> {
    return this.nodes.carryOut(attempt, signal);
  }
}
