import { Module } from '@nestjs/common';
import { MetricCatalogueController } from '../metric-catalogue.controller.js';
import { MetricCyclesController } from '../metric-cycles.controller.js';
import { MetricQueryController } from '../metric-query.controller.js';
import { ClusterLiveObjects } from './cluster-live-objects.js';
import { CollectionCoverage } from './collection-coverage.js';
import { CycleListService } from './cycle-list.service.js';
import { LiveObjects } from './live-objects.port.js';
import { MetricCatalogueService } from './metric-catalogue.service.js';
import { MetricQueryService } from './metric-query.service.js';
import { QueryGate } from './query-gate.js';

/** Metrics over HTTP. It wants the ports `MetricReader`, `CycleRecords` and `ClusterView` from a global module. */
@Module({
  controllers: [MetricCatalogueController, MetricQueryController, MetricCyclesController],
  providers: [
    CollectionCoverage,
    CycleListService,
    MetricCatalogueService,
    MetricQueryService,
    QueryGate,
    { provide: LiveObjects, useClass: ClusterLiveObjects },
  ],
  exports: [QueryGate],
})
export class QueryModule {}
