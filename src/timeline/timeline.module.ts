import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { EventsService } from '../events/query/events.service.js';
import { EventCoverages } from '../events/watch/event-coverage.js';
import { QueryModule } from '../metrics/query/query.module.js';
import { TimelineMetrics } from './timeline-metrics.service.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineService } from './timeline.service.js';

/** The timeline. It wants `EventReader`, `EventWatchRecords`, `ClusterView` and `TIMELINE_LOGS` from a global module. */
@Module({
  imports: [AuthModule, QueryModule],
  controllers: [TimelineController],
  providers: [EventCoverages, EventsService, TimelineMetrics, TimelineService],
})
export class TimelineModule {}
