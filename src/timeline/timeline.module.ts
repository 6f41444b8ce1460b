import { Module, type DynamicModule } from '@nestjs/common';
import { EventsService } from '../events/query/events.service.js';
import { EventCoverages } from '../events/watch/event-coverage.js';
import { QueryModule } from '../metrics/query/query.module.js';
import { TimelineMetrics } from './timeline-metrics.service.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineService } from './timeline.service.js';

/** The timeline. It wants `EventReader`, `EventWatchRecords` and `ClusterView` from a global module. */
@Module({})
export class TimelineModule {
  /** @param logs the module that answers questions about logs */
  static over(logs: DynamicModule): DynamicModule {
    return {
      module: TimelineModule,
      imports: [QueryModule, logs],
      controllers: [TimelineController],
      providers: [EventCoverages, EventsService, TimelineMetrics, TimelineService],
    };
  }
}
