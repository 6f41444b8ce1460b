import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { UnrecoverableJobError } from '../../jobs/job-errors.js';
import { HandlesJob, PartialResult, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { JobQueue } from '../../jobs/job-queue.port.js';
import { sumRun } from '../core/sum-run.js';
import { BeginRun } from './begin-run.service.js';
import { CoordinateRun } from './coordinate-run.service.js';
import { GcRunRecords } from './gc-run-records.port.js';

const MOST_NODES = 10_000;

/** Carries out a policy: writes down what is to be done, sees its nodes through and adds up what they came to. */
@HandlesJob('gc.run')
@Injectable()
export class GcRunProcessor implements JobHandler<'gc.run'> {
  constructor(
    private readonly beginning: BeginRun,
    private readonly coordinating: CoordinateRun,
    private readonly records: GcRunRecords,
    private readonly queue: JobQueue,
  ) {}

  async handle(payload: PayloadOf<'gc.run'>, context: JobContext): Promise<unknown> {
    const id = context.runId;
    if (id === undefined) throw new Error('gc.run keeps a run');
    const run = await this.beginning.begin(id, payload);
    const total = (await this.records.nodes(id, MOST_NODES)).length;
    await this.coordinating.coordinate(run, total, context);
    const { sums, reason, isFailed } = sumRun(await this.records.nodes(id, MOST_NODES));
    await this.queue.enqueue('gc.announce-run', { run: id }, { id });
    const result = { policy: run.policy, plan: run.plan, dryRun: run.isDryRun, ...sums };
    if (isFailed) throw new UnrecoverableJobError(reason ?? 'no node did what it was to do');
    return reason === undefined ? result : new PartialResult(result, reason);
  }
}
