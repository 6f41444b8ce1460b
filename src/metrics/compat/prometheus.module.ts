import { Module } from '@nestjs/common';
import { QueryModule } from '../query/query.module.js';
import { ClusterExpositionController } from './cluster-exposition.controller.js';
import { ClusterExpositionService } from './cluster-exposition.service.js';
import { ExpositionStreams } from './exposition-streams.js';

/** The cluster's metrics for Prometheus. It wants the ports `MetricReader` and `CycleRecords` from a global module. */
@Module({
  imports: [QueryModule],
  controllers: [ClusterExpositionController],
  providers: [ClusterExpositionService, ExpositionStreams],
})
export class PrometheusModule {}
