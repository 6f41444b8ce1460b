import { Inject, Injectable } from '@nestjs/common';
import { TrimsRecords, type RecordTrimmer } from '../../jobs/trims-records.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { CycleRecords } from './cycle-records.port.js';
import { PreviousReadings } from './previous-readings.port.js';

const DAY_MS = 86_400_000;

/**
 * Cycles are kept as long as samples or their rows of five minutes, so that answers from these can say what they lack; older answers, of hours, have no
 * coverage. Readings of nodes are kept until these are gone for a day.
 */
@TrimsRecords()
@Injectable()
export class CycleTrimmer implements RecordTrimmer {
  readonly subject = 'cycles';

  constructor(
    private readonly cycles: CycleRecords,
    private readonly readings: PreviousReadings,
    @Inject(CONFIG) private readonly config: Pick<Config, 'metricRetentionRawMs' | 'metricRetention5mMs'>,
  ) {}

  async trim(nowMs: number): Promise<number> {
    await this.readings.trim(nowMs - DAY_MS);
    return this.cycles.trim(nowMs - Math.max(this.config.metricRetentionRawMs, this.config.metricRetention5mMs));
  }
}
