import { Controller, Get, Query } from '@nestjs/common';
import { Operation } from '../platform/http/operation.js';
import { ListMetrics, MetricList } from './metric-catalogue.schema.js';
import { MetricCatalogueService } from './query/metric-catalogue.service.js';

/** Which metrics there are. */
@Controller('api/v1/metrics/catalogue')
export class MetricCatalogueController {
  constructor(private readonly catalogue: MetricCatalogueService) {}

  @Get()
  @Operation({
    id: 'listMetrics',
    summary: 'Every metric that is collected, with its unit, by name',
    area: 'metrics',
    verb: 'list',
    role: 'viewer',
    scope: 'namespaced',
    answer: MetricList,
  })
  list(@Query({ schema: ListMetrics }) query: ListMetrics): MetricList {
    return this.catalogue.list(query);
  }
}
