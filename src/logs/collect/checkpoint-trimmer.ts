import { Inject, Injectable } from '@nestjs/common';
import { trimInBatches, TrimsRecords, type RecordTrimmer } from '../../jobs/trims-records.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { LogCheckpointRecords } from './log-checkpoint-records.port.js';

/** Checkpoints of containers that are followed no more for longer than `LOGS_CHECKPOINT_RETENTION`, and gaps older than `LOGS_GAP_RETENTION`. */
@TrimsRecords()
@Injectable()
export class CheckpointTrimmer implements RecordTrimmer {
  readonly subject = 'log checkpoints';

  constructor(
    private readonly records: LogCheckpointRecords,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logsCheckpointRetentionMs' | 'logsGapRetentionMs'>,
  ) {}

  trim(nowMs: number, signal: AbortSignal): Promise<number> {
    const { logsCheckpointRetentionMs, logsGapRetentionMs } = this.config;
    return trimInBatches(signal, (limit) =>
      this.records.trim(nowMs - logsCheckpointRetentionMs, nowMs - logsGapRetentionMs, limit),
    );
  }
}
