import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { EventStreams } from '../platform/http/event-stream.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyRecords } from './idempotency-records.port.js';
import { JobHandlers } from './job-handlers.js';
import { JobQueue } from './job-queue.port.js';
import { JobRunner } from './job-runner.js';
import { JobWorkers } from './job-workers.port.js';
import { JobsLifecycle } from './jobs-lifecycle.js';
import { QueueHealth } from './queue-health.js';
import { AuditTrimmer, IdempotencyTrimmer, RunTrimmer } from './record-trimmers.js';
import { RunRecords } from './run-records.port.js';
import { RunTracker } from './run-tracker.js';
import { RunService } from './run.service.js';
import { RunsController } from './runs.controller.js';
import { ScheduleRecords } from './schedule-records.port.js';
import { ScheduleService } from './schedule.service.js';
import { SchedulesController } from './schedules.controller.js';
import { SweepRunsProcessor } from './sweep-runs.processor.js';
import { SweepRuns } from './sweep-runs.service.js';
import { TrimRecordsProcessor } from './trim-records.processor.js';

/** The engines of background work, opened by the role. */
export interface JobsPorts {
  readonly queue: JobQueue;
  readonly runs: RunRecords;
  readonly schedules: ScheduleRecords;
  readonly idempotency: IdempotencyRecords;
  /** Absent in a process that only enqueues. */
  readonly workers?: JobWorkers;
}

/** Background work: what features inject is `JobQueue` and `RunService`, what they declare is `@HandlesJob` and `@TrimsRecords`. */
@Module({})
export class JobsModule {
  static with({ queue, runs, schedules, idempotency, workers }: JobsPorts): DynamicModule {
    const shared: Provider[] = [
      { provide: JobQueue, useValue: queue },
      { provide: RunRecords, useValue: runs },
      { provide: ScheduleRecords, useValue: schedules },
      { provide: IdempotencyRecords, useValue: idempotency },
      RunService,
    ];
    return {
      module: JobsModule,
      global: true,
      imports: [DiscoveryModule],
      controllers: [RunsController, SchedulesController],
      providers: [
        ...shared,
        ...(workers ? [{ provide: JobWorkers, useValue: workers }] : []),
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        EventStreams,
        JobHandlers,
        RunTracker,
        JobRunner,
        ScheduleService,
        SweepRuns,
        SweepRunsProcessor,
        TrimRecordsProcessor,
        RunTrimmer,
        AuditTrimmer,
        IdempotencyTrimmer,
        QueueHealth,
        JobsLifecycle,
      ],
      exports: [...shared],
    };
  }
}
