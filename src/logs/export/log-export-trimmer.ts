import { Inject, Injectable } from '@nestjs/common';
import { TrimsRecords, type RecordTrimmer } from '../../jobs/trims-records.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { LogExportFiles } from './log-export-files.port.js';

/** Files of exports older than `LOGS_EXPORT_FILE_RETENTION`. */
@TrimsRecords()
@Injectable()
export class LogExportTrimmer implements RecordTrimmer {
  readonly subject = 'log exports';

  constructor(
    private readonly files: LogExportFiles,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logsExportFileRetentionMs'>,
  ) {}

  trim(nowMs: number): Promise<number> {
    return this.files.removeBefore(nowMs - this.config.logsExportFileRetentionMs);
  }
}
