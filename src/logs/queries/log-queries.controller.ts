import { Body, Controller, Delete, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AskedBy, type Asked } from '../../auth/asked.js';
import { CurrentCaller, type Caller } from '../../auth/caller.js';
import { Operation } from '../../platform/http/operation.js';
import type { Page } from '../../platform/http/paging.js';
import { READ_LOGS } from '../query/read-logs.js';
import { LogQueries } from './log-queries.service.js';
import { LogQueryBody, LogQueryList, LogQueryPage, LogQueryPath, LogQueryView } from './log-query.schema.js';

/** Questions about logs that callers keep. */
@Controller('api/v1/logs/queries')
export class LogQueriesController {
  constructor(private readonly queries: LogQueries) {}

  @Get()
  @Operation({
    ...READ_LOGS,
    id: 'listLogQueries',
    summary: 'Your saved queries and those that are shared with you, by name',
    answer: LogQueryList,
  })
  list(
    @Query({ schema: LogQueryPage }) page: LogQueryPage,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<LogQueryView>> {
    return this.queries.list(page, caller);
  }

  @Post()
  @Operation({
    ...READ_LOGS,
    id: 'createLogQuery',
    summary: 'Save a query',
    verb: 'create',
    status: 201,
    answer: LogQueryView,
    errors: ['CONFLICT', 'UNPROCESSABLE'],
  })
  async create(
    @Body({ schema: LogQueryBody }) body: LogQueryBody,
    @AskedBy('body') asked: Asked,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LogQueryView> {
    return created(await this.queries.create(body, asked), reply);
  }

  @Get(':query')
  @Operation({
    ...READ_LOGS,
    id: 'getLogQuery',
    summary: 'One saved query',
    verb: 'get',
    answer: LogQueryView,
    errors: ['NOT_FOUND'],
  })
  get(
    @Param({ schema: LogQueryPath }) { query }: LogQueryPath,
    @CurrentCaller() caller: Caller,
  ): Promise<LogQueryView> {
    return this.queries.get(query, caller);
  }

  @Put(':query')
  @Operation({
    ...READ_LOGS,
    id: 'updateLogQuery',
    summary: 'Replace a saved query of yours',
    verb: 'update',
    answer: LogQueryView,
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  update(
    @Param({ schema: LogQueryPath }) { query }: LogQueryPath,
    @Body({ schema: LogQueryBody }) body: LogQueryBody,
    @AskedBy('body') asked: Asked,
  ): Promise<LogQueryView> {
    return this.queries.update(query, body, asked);
  }

  @Delete(':query')
  @Operation({
    ...READ_LOGS,
    id: 'deleteLogQuery',
    summary: 'Remove a saved query of yours',
    verb: 'delete',
    status: 204,
    errors: ['NOT_FOUND'],
  })
  async remove(
    @Param({ schema: LogQueryPath }) { query }: LogQueryPath,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    await this.queries.remove(query, caller);
  }
}

/** Tells where what was made is. */
function created(query: LogQueryView, reply: FastifyReply): LogQueryView {
  void reply.header('location', `/api/v1/logs/queries/${query.id}`);
  return query;
}
