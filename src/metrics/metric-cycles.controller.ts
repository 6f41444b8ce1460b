import { Controller, Get, Query } from '@nestjs/common';
import { Operation } from '../platform/http/operation.js';
import { CycleList, ListCycles } from './metric-cycles.schema.js';
import { CycleListService } from './query/cycle-list.service.js';

/** Which collections ran, and what they lack. */
@Controller('api/v1/metrics/cycles')
export class MetricCyclesController {
  constructor(private readonly cycles: CycleListService) {}

  @Get()
  @Operation({
    id: 'listMetricCycles',
    summary: 'Collection cycles with the nodes that each lacks and why, newest first',
    area: 'metrics',
    verb: 'list',
    role: 'viewer',
    scope: 'cluster',
    answer: CycleList,
  })
  list(@Query({ schema: ListCycles }) query: ListCycles): Promise<CycleList> {
    return this.cycles.list(query);
  }
}
