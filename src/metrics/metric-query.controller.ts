import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Operation } from '../platform/http/operation.js';
import { MetricQuery, MetricRange, QueryMetrics } from './metric-query.schema.js';
import { AskedBy, type Asked } from '../auth/asked.js';
import { MetricRangeService } from './query/metric-range.service.js';
import { QUESTION_ERRORS, READ_METRICS, WHO_SEES } from './query/read-metrics.js';

/** Questions about metrics over time. */
@Controller('api/v1/metrics/query')
export class MetricQueryController {
  constructor(private readonly ranges: MetricRangeService) {}

  @Get()
  @Operation({
    ...READ_METRICS,
    id: 'queryMetrics',
    summary: 'Metrics over time, one series an object or group',
    description: `Several metrics of the same objects at once; different objects take a body (\`postMetricsQuery\`). ${WHO_SEES}`,
    answer: MetricRange,
    errors: QUESTION_ERRORS,
  })
  query(@Query({ schema: QueryMetrics }) query: QueryMetrics, @AskedBy('query') asked: Asked): Promise<MetricRange> {
    return this.ranges.query(query, asked);
  }

  @Post()
  @Operation({
    ...READ_METRICS,
    id: 'postMetricsQuery',
    summary: 'Metrics over time, each of its own objects, and what is computed with them',
    description: `The same and more as \`queryMetrics\`; changes nothing. ${WHO_SEES}`,
    answer: MetricRange,
    errors: [...QUESTION_ERRORS, 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'],
  })
  post(@Body({ schema: MetricQuery }) query: MetricQuery, @AskedBy('body') asked: Asked): Promise<MetricRange> {
    return this.ranges.post(query, asked);
  }
}
