import { Inject, Injectable } from '@nestjs/common';
import { trimInBatches, TrimsRecords, type RecordTrimmer } from '../jobs/trims-records.js';
import { CONFIG, type Config } from '../platform/config.js';
import { EventWriter } from './event-store.port.js';
import { EventWatchRecords } from './watch/event-watch-records.port.js';

/** Events that last occurred longer than `EVENTS_RETENTION` ago, and gaps from then. */
@TrimsRecords()
@Injectable()
export class EventTrimmer implements RecordTrimmer {
  readonly subject = 'events';

  constructor(
    private readonly writer: EventWriter,
    private readonly records: EventWatchRecords,
    @Inject(CONFIG) private readonly config: Pick<Config, 'eventsRetentionMs'>,
  ) {}

  async trim(nowMs: number, signal: AbortSignal): Promise<number> {
    const beforeMs = nowMs - this.config.eventsRetentionMs;
    await this.records.trimGaps(beforeMs);
    return trimInBatches(signal, (limit) => this.writer.trim(beforeMs, limit));
  }
}
