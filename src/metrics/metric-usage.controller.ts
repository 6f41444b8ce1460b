import { Controller, Get, Query } from '@nestjs/common';
import { Operation } from '../platform/http/operation.js';
import { GetUsage, UsageList } from './metric-usage.schema.js';
import { AskedBy, type Asked } from '../auth/asked.js';
import { MetricUsageService } from './query/metric-usage.service.js';
import { QUESTION_ERRORS, READ_METRICS } from './query/read-metrics.js';

/** What is asked for beside what is used. */
@Controller('api/v1/metrics/usage')
export class MetricUsageController {
  constructor(private readonly usages: MetricUsageService) {}

  @Get()
  @Operation({
    ...READ_METRICS,
    id: 'getUsage',
    summary: 'Capacity, allocatable, requests, limits and use side by side, with what is requested and not used',
    description:
      'Of the cluster, of each node, namespace or workload. A caller that is limited to namespaces sees its namespaces and their workloads. A name that nobody knows is 404.',
    answer: UsageList,
    errors: QUESTION_ERRORS,
  })
  list(@Query({ schema: GetUsage }) query: GetUsage, @AskedBy('query') asked: Asked): Promise<UsageList> {
    return this.usages.list(query, asked);
  }
}
