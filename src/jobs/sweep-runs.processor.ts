import { Injectable } from '@nestjs/common';
import type { PayloadOf } from './job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from './job-handler.js';
import { SweepRuns, type Swept } from './sweep-runs.service.js';

@HandlesJob('runs.sweep')
@Injectable()
export class SweepRunsProcessor implements JobHandler<'runs.sweep'> {
  constructor(private readonly runs: SweepRuns) {}

  handle(_: PayloadOf<'runs.sweep'>, { signal }: JobContext): Promise<Record<Swept, number>> {
    return this.runs.sweep(signal);
  }
}
