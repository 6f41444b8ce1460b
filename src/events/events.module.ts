import { Module, type DynamicModule } from '@nestjs/common';
import { EventTrimmer } from './event-trimmer.js';
import { EventStreamService } from './query/event-stream.service.js';
import { EventsController } from './query/events.controller.js';
import { EventsService } from './query/events.service.js';
import { WriteEventSinkProcessor } from './sinks/write-event-sink.processor.js';
import { WriteEventSink } from './sinks/write-event-sink.service.js';
import { EventCoverages } from './watch/event-coverage.js';
import { EventHealth } from './watch/event-health.service.js';
import { EventIntake } from './watch/event-intake.js';
import { EventMetrics } from './watch/event-metrics.js';
import { EventSubjects } from './watch/event-subjects.js';
import { FollowEvents } from './watch/follow-events.service.js';

/**
 * Kubernetes events: followed where the role works, answered where it answers. It wants `EventWriter`, `EventReader`, `EventWatchRecords`, `EventSinkRecords`, `EVENT_SINKS`, `ClusterWatch` and
 * `ClusterView` from a global module.
 */
@Module({})
export class EventsModule {
  static for({ answers, works }: { readonly answers: boolean; readonly works: boolean }): DynamicModule {
    return {
      module: EventsModule,
      controllers: answers ? [EventsController] : [],
      providers: [
        EventCoverages,
        EventHealth,
        ...(answers ? [EventsService, EventStreamService] : []),
        ...(works
          ? [
              EventIntake,
              EventMetrics,
              EventSubjects,
              EventTrimmer,
              FollowEvents,
              WriteEventSink,
              WriteEventSinkProcessor,
            ]
          : []),
      ],
      exports: [EventCoverages],
    };
  }
}
