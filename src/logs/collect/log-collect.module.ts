import { Module, type DynamicModule } from '@nestjs/common';
import { CONFIG } from '../../platform/config.js';
import { ClusterLines } from '../query/cluster-lines.port.js';
import { LogCoverage } from '../query/log-coverage.port.js';
import { CheckpointTrimmer } from './checkpoint-trimmer.js';
import { CollectHealth } from './collect-health.service.js';
import { CollectMetrics } from './collect-metrics.js';
import { CollectedCoverage } from './collected-coverage.service.js';
import { CollectorFactory } from './collector-factory.js';
import { CollectorSet } from './collector-set.js';
import { HeldShards } from './held-shards.service.js';
import { LOG_COLLECT_OPTIONS, logCollectOptions } from './log-collect-options.js';
import { LogFollowers } from './log-followers.service.js';
import { LogHealthController } from './log-health.controller.js';
import { LogHealthService } from './log-health.service.js';
import { UncollectedLines } from './uncollected-lines.service.js';
import { WantedContainers } from './wanted-containers.js';

/**
 * Followers of the cluster's own log streams, where the role works; how they fare, where it answers. It wants the ports `PodLogs`, `LogWriter`, `LogCheckpointRecords` and
 * `LogShards`, and `ClusterView`, from global modules.
 */
@Module({})
export class LogCollectModule {
  static for({ answers, works }: { readonly answers: boolean; readonly works: boolean }): DynamicModule {
    const coverage = { provide: LogCoverage, useClass: CollectedCoverage };
    return {
      module: LogCollectModule,
      global: true,
      controllers: answers ? [LogHealthController] : [],
      providers: [
        { provide: LOG_COLLECT_OPTIONS, useFactory: logCollectOptions, inject: [CONFIG] },
        { provide: ClusterLines, useClass: UncollectedLines },
        ...(answers ? [LogHealthService, coverage] : []),
        ...(works
          ? [
              CollectMetrics,
              CollectorFactory,
              HeldShards,
              WantedContainers,
              CollectorSet,
              LogFollowers,
              CollectHealth,
              CheckpointTrimmer,
            ]
          : []),
      ],
      exports: [ClusterLines, ...(answers ? [LogCoverage] : [])],
    };
  }
}
