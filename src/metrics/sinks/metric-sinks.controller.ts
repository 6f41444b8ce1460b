import { Controller, Get } from '@nestjs/common';
import { Operation } from '../../platform/http/operation.js';
import { ListSinks } from './list-sinks.service.js';
import { MetricSinkList } from './metric-sinks.schema.js';

/** The further places that metrics are copied to. */
@Controller('api/v1/metrics/sinks')
export class MetricSinksController {
  constructor(private readonly sinks: ListSinks) {}

  @Get()
  @Operation({
    id: 'listMetricSinks',
    summary: 'The places that metrics are copied to: what each takes, how far it is and how it fares',
    area: 'metrics',
    verb: 'list',
    role: 'viewer',
    scope: 'cluster',
    answer: MetricSinkList,
  })
  list(): Promise<MetricSinkList> {
    return this.sinks.list();
  }
}
