import type { Readable } from 'node:stream';
import { Controller, Get, Header, Headers, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallerStreams } from '../auth/caller-streams.js';
import { CurrentCaller, type Caller } from '../auth/caller.js';
import { Operation } from '../platform/http/operation.js';
import type { Page } from '../platform/http/paging.js';
import { runEvents } from './run-events.js';
import { RunList, RunPath, RunQuery, runView, RunView } from './run.schema.js';
import { RunService } from './run.service.js';

/** Runs of background work. */
@Controller('api/v1/runs')
export class RunsController {
  constructor(
    private readonly runs: RunService,
    private readonly streams: CallerStreams,
  ) {}

  @Get()
  @Operation({
    id: 'listRuns',
    summary: 'Runs of background work, newest first',
    description: 'Finished runs are kept for `RUN_RETENTION`, 30 days unless set.',
    area: 'runs',
    verb: 'list',
    role: 'viewer',
    scope: 'cluster',
    answer: RunList,
  })
  async list(@Query({ schema: RunQuery }) { limit, cursor, kind, state }: RunQuery): Promise<Page<RunView>> {
    return pageView(await this.runs.list({ ...(kind && { kind }), ...(state && { state }) }, limit, cursor));
  }

  @Get(':run')
  @Operation({
    id: 'getRun',
    summary: 'One run with its progress and outcome',
    area: 'runs',
    verb: 'get',
    role: 'viewer',
    scope: 'cluster',
    answer: RunView,
    errors: ['NOT_FOUND'],
  })
  async get(@Param({ schema: RunPath }) { run }: RunPath): Promise<RunView> {
    return runView(await this.runs.get(run));
  }

  @Get(':run/events')
  @Header('content-type', 'text/event-stream; charset=utf-8')
  @Header('x-accel-buffering', 'no')
  @Operation({
    id: 'streamRunEvents',
    summary: 'The run each time it changes, as Server-Sent Events',
    description:
      'Each event `run` holds the whole run; the stream ends with its final state. `Last-Event-ID` leaves out what was seen. A comment is sent every 15 seconds. A stream is ended after 15 minutes, and when its token expires or is revoked: come back with `Last-Event-ID`.',
    area: 'runs',
    verb: 'get',
    role: 'viewer',
    scope: 'cluster',
    produces: 'text/event-stream',
    errors: ['NOT_FOUND'],
  })
  async events(
    @Param({ schema: RunPath }) { run }: RunPath,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    return this.streams.open(runEvents(await this.runs.watch(run, Number(lastEventId) || 0)), request, reply);
  }

  @Post(':run/cancel')
  @Operation({
    id: 'cancelRun',
    summary: 'Stop a run between two steps',
    area: 'runs',
    verb: 'update',
    role: 'operator',
    scope: 'cluster',
    answer: RunView,
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async cancel(@Param({ schema: RunPath }) { run }: RunPath): Promise<RunView> {
    return runView(await this.runs.cancel(run));
  }

  @Post(':run/retry')
  @Operation({
    id: 'retryRun',
    summary: 'Do what a run that did not succeed was to do, in a new run',
    area: 'runs',
    verb: 'create',
    role: 'operator',
    scope: 'cluster',
    status: 202,
    answer: RunView,
    errors: ['NOT_FOUND', 'CONFLICT', 'UNPROCESSABLE'],
  })
  async retry(
    @Param({ schema: RunPath }) { run }: RunPath,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunView> {
    return accepted(runView(await this.runs.retry(run, caller)), reply);
  }
}

/** Tells where the run of accepted work is. */
function accepted(run: RunView, reply: FastifyReply): RunView {
  void reply.header('location', `/api/v1/runs/${run.id}`);
  return run;
}

function pageView({ items, nextCursor }: Page<Parameters<typeof runView>[0]>): Page<RunView> {
  return { items: items.map((run) => runView(run)), ...(nextCursor === undefined ? {} : { nextCursor }) };
}
