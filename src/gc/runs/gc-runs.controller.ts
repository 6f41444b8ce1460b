import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../../auth/caller.js';
import { Operation } from '../../platform/http/operation.js';
import type { Page } from '../../platform/http/paging.js';
import { gcRunNodePage, gcRunPage, gcRunView, positionOf } from './gc-run-view.js';
import {
  GcRunList,
  GcRunNodeList,
  GcRunNodeQuery,
  GcRunPath,
  GcRunQuery,
  GcRunView,
  NewGcRun,
  type GcRunNodeView,
} from './gc-run.schema.js';
import { GcRuns } from './gc-runs.service.js';

/** Runs of policies. */
@Controller('api/v1/gc/runs')
export class GcRunsController {
  constructor(private readonly runs: GcRuns) {}

  @Get()
  @Operation({
    id: 'listGcRuns',
    summary: 'Runs of policies, newest first',
    area: 'gc',
    verb: 'list',
    role: 'viewer',
    scope: 'cluster',
    answer: GcRunList,
  })
  async list(@Query({ schema: GcRunQuery }) { limit, cursor, ...filter }: GcRunQuery): Promise<Page<GcRunView>> {
    return gcRunPage(await this.runs.list(filter, limit, cursor));
  }

  @Post()
  @Operation({
    id: 'createGcRun',
    summary: 'Carry out a policy, or a plan that was read',
    description:
      'A plan is refused with 409 when it is older than an hour, when its policy has changed since or when another digest is given. Nothing outside of the plan is removed; an item that is no longer as planned is left.',
    area: 'gc',
    verb: 'create',
    role: 'operator',
    scope: 'cluster',
    status: 202,
    answer: GcRunView,
    errors: ['NOT_FOUND', 'CONFLICT', 'UNPROCESSABLE'],
  })
  async create(
    @Body({ schema: NewGcRun }) body: NewGcRun,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GcRunView> {
    return accepted(gcRunView(await this.runs.start(body, caller.name)), reply);
  }

  @Get(':run')
  @Operation({
    id: 'getGcRun',
    summary: 'One run of a policy with its outcome',
    area: 'gc',
    verb: 'get',
    role: 'viewer',
    scope: 'cluster',
    answer: GcRunView,
    errors: ['NOT_FOUND'],
  })
  async get(@Param({ schema: GcRunPath }) { run }: GcRunPath): Promise<GcRunView> {
    return gcRunView(await this.runs.get(run));
  }

  @Get(':run/nodes')
  @Operation({
    id: 'listGcRunNodes',
    summary: 'The nodes of a run and what each came to, in the order in which they are taken',
    area: 'gc',
    verb: 'list',
    role: 'viewer',
    scope: 'cluster',
    answer: GcRunNodeList,
    errors: ['NOT_FOUND'],
  })
  async nodes(
    @Param({ schema: GcRunPath }) { run }: GcRunPath,
    @Query({ schema: GcRunNodeQuery }) { limit, cursor }: GcRunNodeQuery,
  ): Promise<Page<GcRunNodeView>> {
    return gcRunNodePage(await this.runs.nodes(run, limit + 1, positionOf(cursor)), limit);
  }

  @Post(':run/cancel')
  @Operation({
    id: 'cancelGcRun',
    summary: 'Stop a run between two items',
    area: 'gc',
    verb: 'update',
    role: 'operator',
    scope: 'cluster',
    answer: GcRunView,
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async cancel(@Param({ schema: GcRunPath }) { run }: GcRunPath): Promise<GcRunView> {
    return gcRunView(await this.runs.cancel(run));
  }
}

/** Tells where the run of accepted work is. */
function accepted(run: GcRunView, reply: FastifyReply): GcRunView {
  void reply.header('location', `/api/v1/gc/runs/${run.id}`);
  return run;
}
