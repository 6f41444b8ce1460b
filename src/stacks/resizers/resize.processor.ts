import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { ResizeAll } from './resize-all.service.js';

/** Evaluates the resizers. */
@HandlesJob('stacks.resize')
@Injectable()
export class ResizeProcessor implements JobHandler<'stacks.resize'> {
  constructor(private readonly all: ResizeAll) {}

  handle(_: PayloadOf<'stacks.resize'>, { signal }: JobContext): Promise<unknown> {
    return this.all.resize(signal);
  }
}
