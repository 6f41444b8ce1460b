import { Module, type DynamicModule } from '@nestjs/common';
import { PostgresIdempotencyRecords } from '../adapters/postgres/idempotency-records.postgres.js';
import { PostgresRunRecords } from '../adapters/postgres/run-records.postgres.js';
import { PostgresScheduleRecords } from '../adapters/postgres/schedule-records.postgres.js';
import { AgentsModule } from '../agents/agents.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { ClusterModule } from '../cluster/cluster.module.js';
import { EventsModule } from '../events/events.module.js';
import { GcModule } from '../gc/gc.module.js';
import { JobsModule, type JobsRecords } from '../jobs/jobs.module.js';
import { LogCollectModule } from '../logs/collect/log-collect.module.js';
import { LogQueryModule } from '../logs/query/log-query.module.js';
import { LogIngestModule } from '../logs/ingest/log-ingest.module.js';
import { LogStoreModule } from '../logs/store/log-store.module.js';
import { CollectModule } from '../metrics/collect/collect.module.js';
import { CollectionHealth } from '../metrics/collect/collection-health.service.js';
import { PrometheusModule } from '../metrics/compat/prometheus.module.js';
import { HistoryModule } from '../metrics/history/history.module.js';
import { NodeModule } from '../metrics/node/node.module.js';
import { QueryModule } from '../metrics/query/query.module.js';
import { SinksModule } from '../metrics/sinks/sinks.module.js';
import { SpoolModule } from '../metrics/spool/spool.module.js';
import type { Config } from '../platform/config.js';
import type { Log } from '../platform/log.js';
import { PlatformModule } from '../platform/platform.module.js';
import { ControlPlaneModule } from '../stacks/control-plane/control-plane.module.js';
import { ResizersModule } from '../stacks/resizers/resizers.module.js';
import { StacksModule } from '../stacks/stacks.module.js';
import { TimelineModule } from '../timeline/timeline.module.js';
import { ClusterLifecycle } from './cluster-lifecycle.js';
import { EnginesModule } from './engines.module.js';
import type { Engines } from './open-engines.js';
import { RecordsHealth } from './records-health.js';

/** The application of a role: `api` answers, `worker` works (and answers for itself alone), `all` does both. */
@Module({})
export class AppModule {
  static for(config: Config, log: Log, engines: Engines): DynamicModule {
    const answers = config.role !== 'worker';
    const works = config.role !== 'api';
    const logs = LogQueryModule.for({ answers, works });
    return {
      module: AppModule,
      imports: [
        PlatformModule.with(config, log),
        EnginesModule.with(engines),
        AuthModule,
        engines.jobs,
        JobsModule.with(jobsRecords(engines)),
        AgentsModule.for({ answers, works }),
        ...(works ? [CollectModule, HistoryModule] : []),
        SinksModule.for({ answers, works }),
        SpoolModule.for({ works }),
        LogCollectModule.for({ answers, works }),
        LogStoreModule.for({ works }),
        EventsModule.for({ answers, works }),
        StacksModule.for({ answers, works }),
        ControlPlaneModule.for({ answers, works }),
        ResizersModule.for({ answers, works }),
        GcModule.for({ answers, works }),
        logs,
        ...(answers
          ? [ClusterModule, LogIngestModule, QueryModule, NodeModule, PrometheusModule, TimelineModule.over(logs)]
          : []),
      ],
      providers: [
        { provide: RecordsHealth.DATABASE, useValue: engines.database },
        RecordsHealth,
        ClusterLifecycle,
        CollectionHealth,
      ],
    };
  }
}

function jobsRecords({ database }: Engines): JobsRecords {
  return {
    runs: new PostgresRunRecords(database),
    schedules: new PostgresScheduleRecords(database),
    idempotency: new PostgresIdempotencyRecords(database),
  };
}
