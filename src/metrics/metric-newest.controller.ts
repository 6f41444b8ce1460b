import { Controller, Get, Query } from '@nestjs/common';
import { Operation } from '../platform/http/operation.js';
import { InstantMetrics, MetricValues, TopMetrics } from './metric-newest.schema.js';
import { AskedBy, type Asked } from '../auth/asked.js';
import { MetricNewestService } from './query/metric-newest.service.js';
import { MetricTopService } from './query/metric-top.service.js';
import { QUESTION_ERRORS, READ_METRICS, WHO_SEES } from './query/read-metrics.js';

/** One value of a metric for each object. */
@Controller('api/v1/metrics')
export class MetricNewestController {
  constructor(
    private readonly newest: MetricNewestService,
    private readonly tops: MetricTopService,
  ) {}

  @Get('instant')
  @Operation({
    ...READ_METRICS,
    id: 'getInstantMetrics',
    summary: 'The newest value of a metric for each object, with its age',
    description: WHO_SEES,
    answer: MetricValues,
    errors: QUESTION_ERRORS,
  })
  instant(
    @Query({ schema: InstantMetrics }) query: InstantMetrics,
    @AskedBy('query') asked: Asked,
  ): Promise<MetricValues> {
    return this.newest.instant(query, asked);
  }

  @Get('top')
  @Operation({
    ...READ_METRICS,
    id: 'getTopMetrics',
    summary: 'The objects with the greatest or smallest values of a metric, of now or over a span',
    description: WHO_SEES,
    answer: MetricValues,
    errors: QUESTION_ERRORS,
  })
  top(@Query({ schema: TopMetrics }) query: TopMetrics, @AskedBy('query') asked: Asked): Promise<MetricValues> {
    return this.tops.top(query, asked);
  }
}
