import { Module } from '@nestjs/common';
import { BulkController } from './bulk.controller.js';
import { ElasticsearchController } from './elasticsearch.controller.js';
import { IngestGate } from './ingest-gate.js';
import { IngestMetrics } from './ingest-metrics.js';
import { LogIngest } from './log-ingest.service.js';
import { SET_UP_CONTROLLERS } from './set-up.controllers.js';

/** Log lines from shippers, by Elasticsearch's `_bulk`. It wants `LogWriter`, `BulkReader` and `ClusterView` from a global module. */
@Module({
  controllers: [BulkController, ElasticsearchController, ...SET_UP_CONTROLLERS],
  providers: [IngestGate, IngestMetrics, LogIngest],
})
export class LogIngestModule {}
