import { Controller, Get, Query } from '@nestjs/common';
import { AskedBy, type Asked } from '../../auth/asked.js';
import { Operation } from '../../platform/http/operation.js';
import { GetLogContext, LogContextView } from './log-context.schema.js';
import { LogContextService } from './log-context.service.js';
import {
  GetLogFacets,
  GetLogHistogram,
  ListLogFields,
  LogFacetsView,
  LogFieldList,
  LogHistogramView,
} from './log-counts.schema.js';
import { LogCountsService } from './log-counts.service.js';
import { LogPageView, SearchLogs } from './log-search.schema.js';
import { LogSearchService } from './log-search.service.js';
import { LOG_QUESTION_ERRORS, READ_LOGS, WHO_SEES_LOGS } from './read-logs.js';

/** Questions about lines: those that are stored, and those of a pod that is not collected. */
@Controller('api/v1/logs')
export class LogsController {
  constructor(
    private readonly searches: LogSearchService,
    private readonly counts: LogCountsService,
    private readonly contexts: LogContextService,
  ) {}

  @Get()
  @Operation({
    ...READ_LOGS,
    id: 'searchLogs',
    summary: 'Lines that match, by time',
    description: `All conditions must hold; a name that begins with \`not\` turns one around. What a line lacks matches no condition, and every turned one. Pages go on by \`nextCursor\`, over any number of lines, and stay the same while lines arrive. About one \`pod\` of one \`namespace\` that is not collected the cluster itself is asked (\`coverage.source\`). ${WHO_SEES_LOGS}`,
    answer: LogPageView,
    errors: LOG_QUESTION_ERRORS,
  })
  search(@Query({ schema: SearchLogs }) query: SearchLogs, @AskedBy('query') asked: Asked): Promise<LogPageView> {
    return this.searches.search(query, asked);
  }

  @Get('histogram')
  @Operation({
    ...READ_LOGS,
    id: 'getLogHistogram',
    summary: 'How many lines match over time, by level or anything else',
    description: WHO_SEES_LOGS,
    answer: LogHistogramView,
    errors: LOG_QUESTION_ERRORS,
  })
  histogram(
    @Query({ schema: GetLogHistogram }) query: GetLogHistogram,
    @AskedBy('query') asked: Asked,
  ): Promise<LogHistogramView> {
    return this.counts.histogram(query, asked);
  }

  @Get('facets')
  @Operation({
    ...READ_LOGS,
    id: 'getLogFacets',
    summary: 'Which values the lines that match have, and how often',
    description: WHO_SEES_LOGS,
    answer: LogFacetsView,
    errors: LOG_QUESTION_ERRORS,
  })
  facets(@Query({ schema: GetLogFacets }) query: GetLogFacets, @AskedBy('query') asked: Asked): Promise<LogFacetsView> {
    return this.counts.facets(query, asked);
  }

  @Get('fields')
  @Operation({
    ...READ_LOGS,
    id: 'listLogFields',
    summary: 'Which fields the structured lines that match have',
    description: WHO_SEES_LOGS,
    answer: LogFieldList,
    errors: LOG_QUESTION_ERRORS,
  })
  fields(
    @Query({ schema: ListLogFields }) query: ListLogFields,
    @AskedBy('query') asked: Asked,
  ): Promise<LogFieldList> {
    return this.counts.fields(query, asked);
  }

  @Get('context')
  @Operation({
    ...READ_LOGS,
    id: 'getLogContext',
    summary: 'The lines before and after a line',
    description: `Of its container, across restarts; of its unit where a node wrote it. ${WHO_SEES_LOGS}`,
    answer: LogContextView,
    errors: ['NOT_FOUND', ...LOG_QUESTION_ERRORS],
  })
  context(
    @Query({ schema: GetLogContext }) query: GetLogContext,
    @AskedBy('query') asked: Asked,
  ): Promise<LogContextView> {
    return this.contexts.context(query, asked);
  }
}
