import { Module } from '@nestjs/common';
import { CloseCycle } from './close-cycle.service.js';
import { CloseCycleProcessor } from './close-cycle.processor.js';
import { CloseOverdue } from './close-overdue.service.js';
import { CollectNode } from './collect-node.service.js';
import { CollectShard } from './collect-shard.service.js';
import { CollectShardProcessor } from './collect-shard.processor.js';
import { CustomMetrics } from './custom-metrics.service.js';
import { CycleTrimmer } from './cycle-trimmer.js';
import { StartCycle } from './start-cycle.service.js';
import { StartCycleProcessor } from './start-cycle.processor.js';

/**
 * The collection of metrics, as jobs. It wants the ports `ClusterFacts`, `KubeletSource`, `CycleRecords`, `PreviousReadings`, `MetricWriter`,
 * `MetricUpkeep`, `JobQueue` and `COLLECT_OPTIONS` from global modules.
 */
@Module({
  providers: [
    StartCycle,
    CloseOverdue,
    CollectNode,
    CustomMetrics,
    CollectShard,
    CloseCycle,
    StartCycleProcessor,
    CollectShardProcessor,
    CloseCycleProcessor,
    CycleTrimmer,
  ],
})
export class CollectModule {}
