import { Module } from '@nestjs/common';
import { MetricCatalogueController } from '../metric-catalogue.controller.js';
import { MetricCyclesController } from '../metric-cycles.controller.js';
import { MetricExportController } from '../metric-export.controller.js';
import { MetricNewestController } from '../metric-newest.controller.js';
import { MetricQueryController } from '../metric-query.controller.js';
import { MetricUsageController } from '../metric-usage.controller.js';
import { ClusterLiveObjects } from './cluster-live-objects.js';
import { CollectionCoverage } from './collection-coverage.js';
import { CycleListService } from './cycle-list.service.js';
import { ExportGate } from './export-gate.js';
import { KeptTiers } from './kept-tiers.js';
import { LiveObjects } from './live-objects.port.js';
import { MetricCatalogueService } from './metric-catalogue.service.js';
import { MetricExportFile } from './metric-export-file.js';
import { MetricExportService } from './metric-export.service.js';
import { MetricNewestService } from './metric-newest.service.js';
import { MetricRangeService } from './metric-range.service.js';
import { MetricTopService } from './metric-top.service.js';
import { MetricUsageService } from './metric-usage.service.js';
import { NamedObjectsCheck } from './named-objects-check.js';
import { QueryGate } from './query-gate.js';
import { RangeNotes } from './range-notes.js';
import { RangePlanner } from './range-planner.js';
import { UsageOverTime } from './usage-over-time.js';
import { WholeSpanReader } from './whole-span-reader.js';

/** What answers questions about metrics; `LiveObjects` is bound beside. */
export const QUERY_PARTS = {
  controllers: [
    MetricCatalogueController,
    MetricQueryController,
    MetricNewestController,
    MetricExportController,
    MetricUsageController,
    MetricCyclesController,
  ],
  providers: [
    CollectionCoverage,
    CycleListService,
    ExportGate,
    KeptTiers,
    MetricCatalogueService,
    MetricExportFile,
    MetricExportService,
    MetricNewestService,
    MetricRangeService,
    MetricTopService,
    MetricUsageService,
    NamedObjectsCheck,
    QueryGate,
    RangeNotes,
    RangePlanner,
    UsageOverTime,
    WholeSpanReader,
  ],
};

/** Metrics over HTTP. It wants the ports `MetricReader`, `CycleRecords` and `ClusterView` from a global module. */
@Module({
  controllers: QUERY_PARTS.controllers,
  exports: [CollectionCoverage, MetricRangeService, QueryGate],
  providers: [...QUERY_PARTS.providers, { provide: LiveObjects, useClass: ClusterLiveObjects }],
})
export class QueryModule {}
