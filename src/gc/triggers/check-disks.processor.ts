import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { CheckDisks } from './check-disks.service.js';

/** Starts runs where disks are full. */
@HandlesJob('gc.check-disks')
@Injectable()
export class CheckDisksProcessor implements JobHandler<'gc.check-disks'> {
  constructor(private readonly disks: CheckDisks) {}

  async handle(_: PayloadOf<'gc.check-disks'>, { signal }: JobContext): Promise<{ started: number }> {
    return { started: await this.disks.check(signal) };
  }
}
