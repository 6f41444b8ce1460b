import { Inject, Injectable } from '@nestjs/common';
import { trimInBatches, TrimsRecords, type RecordTrimmer } from '../jobs/trims-records.js';
import { CONFIG, type Config } from '../platform/config.js';
import { ImageLedgerRecords } from './ledger/image-ledger-records.port.js';
import { GcPlanRecords } from './plans/gc-plan-records.port.js';
import { GcRemovalRecords } from './removals/gc-removal-records.port.js';
import { GcRunRecords } from './runs/gc-run-records.port.js';

/** A plan that can no longer be carried out may be read for so long. */
const PLANS_KEPT_MS = 24 * 3_600_000;
/** What a schedule's run says of each node when there was nothing to remove: policies run every minute. */
const IDLE_KEPT_MS = 3_600_000;

/** Runs whose row in the runs is gone, what is told of runs that had nothing to do, and plans that are none of a run's and have expired. */
@TrimsRecords()
@Injectable()
export class GcRunTrimmer implements RecordTrimmer {
  readonly subject = 'plans and runs of garbage collection';

  constructor(
    private readonly runs: GcRunRecords,
    private readonly plans: GcPlanRecords,
    @Inject(CONFIG) private readonly config: Pick<Config, 'runRetentionMs'>,
  ) {}

  async trim(nowMs: number, signal: AbortSignal): Promise<number> {
    const [oldMs, idleMs] = [nowMs - this.config.runRetentionMs, nowMs - IDLE_KEPT_MS];
    const runs = await trimInBatches(signal, (limit) => this.runs.trim(oldMs, idleMs, limit));
    return runs + (await trimInBatches(signal, (limit) => this.plans.trim(nowMs - PLANS_KEPT_MS, idleMs, limit)));
  }
}

/** Removals older than `GC_REMOVAL_RETENTION`. */
@TrimsRecords()
@Injectable()
export class GcRemovalTrimmer implements RecordTrimmer {
  readonly subject = 'removals';

  constructor(
    private readonly removals: GcRemovalRecords,
    @Inject(CONFIG) private readonly config: Pick<Config, 'gcRemovalRetentionMs'>,
  ) {}

  trim(nowMs: number, signal: AbortSignal): Promise<number> {
    return trimInBatches(signal, (limit) => this.removals.trim(nowMs - this.config.gcRemovalRetentionMs, limit));
  }
}

/** Ledgers of nodes that were not heard of for longer than `GC_LEDGER_RETENTION`. */
@TrimsRecords()
@Injectable()
export class ImageLedgerTrimmer implements RecordTrimmer {
  readonly subject = 'image ledgers';

  constructor(
    private readonly ledger: ImageLedgerRecords,
    @Inject(CONFIG) private readonly config: Pick<Config, 'gcLedgerRetentionMs'>,
  ) {}

  trim(nowMs: number, signal: AbortSignal): Promise<number> {
    return trimInBatches(signal, (limit) => this.ledger.trim(nowMs - this.config.gcLedgerRetentionMs, limit));
  }
}
