import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Operation } from '../platform/http/operation.js';
import {
  InstantMetrics,
  MetricQuery,
  MetricRange,
  MetricValues,
  QueryMetrics,
  TopMetrics,
} from './metric-query.schema.js';
import { AskedBy, type Asked } from './query/asked.js';
import { MetricQueryService } from './query/metric-query.service.js';

const READ = { area: 'metrics', verb: 'list', role: 'viewer', scope: 'namespaced' } as const;
const ERRORS = ['NOT_FOUND', 'UNPROCESSABLE'] as const;
const LIMITED =
  'A caller that is limited to namespaces sees what is in them: `ns`, `pod` and `pod_container`. A name that nobody knows is 404.';

/** Questions about one metric. */
@Controller('api/v1/metrics')
export class MetricQueryController {
  constructor(private readonly queries: MetricQueryService) {}

  @Get('query')
  @Operation({
    ...READ,
    id: 'queryMetrics',
    summary: 'A metric over time, one series an object',
    description: LIMITED,
    answer: MetricRange,
    errors: ERRORS,
  })
  query(@Query({ schema: QueryMetrics }) query: QueryMetrics, @AskedBy('query') asked: Asked): Promise<MetricRange> {
    return this.queries.range(query, asked);
  }

  @Post('query')
  @Operation({
    ...READ,
    id: 'postMetricsQuery',
    summary: 'A metric over time, one series an object; the question as a body',
    description: `The same as \`queryMetrics\`; changes nothing. ${LIMITED}`,
    answer: MetricRange,
    errors: [...ERRORS, 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'],
  })
  post(@Body({ schema: MetricQuery }) query: MetricQuery, @AskedBy('body') asked: Asked): Promise<MetricRange> {
    return this.queries.range(query, asked);
  }

  @Get('instant')
  @Operation({
    ...READ,
    id: 'getInstantMetrics',
    summary: 'The newest value of a metric for each object, with its age',
    description: LIMITED,
    answer: MetricValues,
    errors: ERRORS,
  })
  instant(
    @Query({ schema: InstantMetrics }) query: InstantMetrics,
    @AskedBy('query') asked: Asked,
  ): Promise<MetricValues> {
    return this.queries.instant(query, asked);
  }

  @Get('top')
  @Operation({
    ...READ,
    id: 'getTopMetrics',
    summary: 'The objects with the greatest or smallest newest values of a metric',
    description: LIMITED,
    answer: MetricValues,
    errors: ERRORS,
  })
  top(@Query({ schema: TopMetrics }) query: TopMetrics, @AskedBy('query') asked: Asked): Promise<MetricValues> {
    return this.queries.top(query, asked);
  }
}
