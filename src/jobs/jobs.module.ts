import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyRecords } from './idempotency-records.port.js';
import { JobHandlers } from './job-handlers.js';
import { JobRunner } from './job-runner.js';
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

/** Where the feature keeps its records. */
export interface JobsRecords {
  readonly runs: RunRecords;
  readonly schedules: ScheduleRecords;
  readonly idempotency: IdempotencyRecords;
}

/**
 * Background work: what features inject is `JobQueue`, `RunService` and `ScheduleService`, what they declare is `@HandlesJob`, `@TrimsRecords` and
 * `@SuppliesSchedules`. A global module of the
 * queue's adapter gives `JobQueue`, and `JobWorkers` in a process that does not only enqueue.
 */
@Module({})
export class JobsModule {
  static with({ runs, schedules, idempotency }: JobsRecords): DynamicModule {
    const shared: Provider[] = [
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
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
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
      exports: [...shared, ScheduleService],
    };
  }
}
