import { Module } from '@nestjs/common';
import { CloseDaysProcessor } from './close-days.processor.js';
import { DropExpiredProcessor } from './drop-expired.processor.js';
import { RollUpProcessor } from './roll-up.processor.js';

/** What keeps the history of metrics: roll-ups, closed days and retention, as jobs. It wants the port `MetricUpkeep` from a global module. */
@Module({ providers: [RollUpProcessor, CloseDaysProcessor, DropExpiredProcessor] })
export class HistoryModule {}
