import type { Readable } from 'node:stream';
import { Controller, Get, Header, Headers, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallerStreams } from '../auth/caller-streams.js';
import { CurrentCaller, type Caller } from '../auth/caller.js';
import { eventText } from '../platform/http/event-stream.js';
import { Operation } from '../platform/http/operation.js';
import type { Page } from '../platform/http/paging.js';
import { runEvents } from './run-events.js';
import { RunList, RunPath, RunQuery, runView, RunView } from './run.schema.js';
import { RunService } from './run.service.js';

const RUN_EVENT = eventText({
  id: '6',
  event: 'run',
  data: {
    id: '6cd6e9c1-c763-4d66-98a6-05f45da6111f',
    kind: 'gc.run',
    title: 'Carry out a policy of garbage collection',
    state: 'succeeded',
    progress: { done: 5, total: 5, message: '0 nodes at work, 0 to come, 0 waited for' },
    attempt: 1,
    payload: { policy: 'demo-clean' },
    startedBy: 'first admin token',
    createdAt: '2026-11-26T12:07:22.855Z',
    startedAt: '2026-11-26T12:07:22.878Z',
    finishedAt: '2026-11-26T12:07:25.008Z',
    result: { policy: 'demo-clean', nodes: 5, removed: 24, failed: 0, freedBytes: 1_550_000_000 },
  },
});

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
    produces: { 'text/event-stream': RUN_EVENT },
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
