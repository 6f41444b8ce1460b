import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { KeepLedger } from './keep-ledger.service.js';

/** Notes which images are used. */
@HandlesJob('gc.keep-ledger')
@Injectable()
export class KeepLedgerProcessor implements JobHandler<'gc.keep-ledger'> {
  constructor(private readonly keeping: KeepLedger) {}

  async handle(_: PayloadOf<'gc.keep-ledger'>, { signal }: JobContext): Promise<{ taken: number }> {
    return { taken: await this.keeping.keep(signal) };
  }
}
