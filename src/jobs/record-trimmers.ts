import { Inject, Injectable } from '@nestjs/common';
import { AuditRecords } from '../auth/audit-records.port.js';
import { CONFIG, type Config } from '../platform/config.js';
import { IdempotencyRecords } from './idempotency-records.port.js';
import { RunRecords } from './run-records.port.js';
import { trimInBatches, TrimsRecords, type RecordTrimmer } from './trims-records.js';

/** Runs that were over for longer than `RUN_RETENTION`. */
@TrimsRecords()
@Injectable()
export class RunTrimmer implements RecordTrimmer {
  readonly subject = 'runs';

  constructor(
    private readonly records: RunRecords,
    @Inject(CONFIG) private readonly config: Pick<Config, 'runRetentionMs'>,
  ) {}

  trim(nowMs: number, signal: AbortSignal): Promise<number> {
    return trimInBatches(signal, (limit) => this.records.trim(nowMs - this.config.runRetentionMs, limit));
  }
}

/** Audit rows older than `AUDIT_RETENTION`. */
@TrimsRecords()
@Injectable()
export class AuditTrimmer implements RecordTrimmer {
  readonly subject = 'audit';

  constructor(
    private readonly records: AuditRecords,
    @Inject(CONFIG) private readonly config: Pick<Config, 'auditRetentionMs'>,
  ) {}

  trim(nowMs: number, signal: AbortSignal): Promise<number> {
    return trimInBatches(signal, (limit) => this.records.trim(nowMs - this.config.auditRetentionMs, limit));
  }
}

/** First outcomes that are forgotten. */
@TrimsRecords()
@Injectable()
export class IdempotencyTrimmer implements RecordTrimmer {
  readonly subject = 'idempotency keys';

  constructor(private readonly records: IdempotencyRecords) {}

  trim(nowMs: number): Promise<number> {
    return this.records.trim(nowMs);
  }
}
