import { Body, Controller, Delete, Get, Headers, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../../auth/caller.js';
import { Operation } from '../../platform/http/operation.js';
import { decodeCursor, encodeCursor, type Page } from '../../platform/http/paging.js';
import { invalidInput } from '../../platform/errors.js';
import { versionOf } from '../../platform/http/version-of.js';
import { ResizerRecommendations } from './resizer-recommendations.service.js';
import { decisionView, resizerView } from './resizer-view.js';
import {
  ResizeDecisionList,
  ResizeRecommendation,
  ResizerList,
  ResizerView,
  type ResizeDecisionView,
} from './resizer-view.schema.js';
import { NewResizer, ResizeDecisionQuery, ResizerBody, ResizerPath, ResizerQuery } from './resizer.schema.js';
import { Resizers, type KnownResizer } from './resizers.service.js';

const READS = { area: 'resizers', role: 'viewer', scope: 'namespaced' } as const;
const CHANGES = { area: 'resizers', role: 'operator', scope: 'namespaced' } as const;
const HELD_VERSION =
  'With `If-Match` (the `ETag` of an answer) only that version is meant: another one is refused with 409.';

/** Resizers: containers that are kept at a size. */
@Controller('api/v1/resizers')
export class ResizersController {
  constructor(
    private readonly resizers: Resizers,
    private readonly recommendations: ResizerRecommendations,
  ) {}

  @Get()
  @Operation({ id: 'listResizers', summary: 'Resizers, by name', ...READS, verb: 'list', answer: ResizerList })
  async list(
    @Query({ schema: ResizerQuery }) { limit, cursor, namespace }: ResizerQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<ResizerView>> {
    const after = cursor === undefined ? undefined : String(decodeCursor(cursor, 1)[0]);
    const found = (await this.resizers.list(caller, namespace, limit + 1, after)).map(resizerView);
    return cut(found, limit, ({ name }) => name);
  }

  @Post()
  @Operation({
    id: 'createResizer',
    summary: 'Make a resizer',
    description:
      'It only recommends unless `mode` says otherwise. A Kubernetes user must be allowed to patch the target itself.',
    ...CHANGES,
    verb: 'create',
    status: 201,
    answer: ResizerView,
    errors: ['CONFLICT', 'UNPROCESSABLE'],
  })
  async create(
    @Body({ schema: NewResizer }) { name, ...body }: NewResizer,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ResizerView> {
    const made = await this.resizers.create(caller, name, body);
    void reply.header('location', `/api/v1/resizers/${name}`);
    return tagged(made, reply);
  }

  @Get(':resizer')
  @Operation({
    id: 'getResizer',
    summary: 'One resizer',
    ...READS,
    verb: 'get',
    answer: ResizerView,
    errors: ['NOT_FOUND', 'UNPROCESSABLE'],
  })
  async get(
    @Param({ schema: ResizerPath }) { resizer }: ResizerPath,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ResizerView> {
    return tagged(await this.resizers.get(caller, resizer), reply);
  }

  @Put(':resizer')
  @Operation({
    id: 'updateResizer',
    summary: 'Replace a resizer',
    description: `What it has set so far stays until it decides otherwise. ${HELD_VERSION}`,
    ...CHANGES,
    verb: 'update',
    answer: ResizerView,
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async update(
    @Param({ schema: ResizerPath }) { resizer }: ResizerPath,
    @Body({ schema: ResizerBody }) body: ResizerBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ResizerView> {
    return tagged(await this.resizers.update(caller, resizer, body, versionOf(ifMatch)), reply);
  }

  @Delete(':resizer')
  @Operation({
    id: 'deleteResizer',
    summary: 'Remove a resizer and its decisions',
    description: `What it has set in the cluster stays. ${HELD_VERSION}`,
    ...CHANGES,
    verb: 'delete',
    status: 204,
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async remove(
    @Param({ schema: ResizerPath }) { resizer }: ResizerPath,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    await this.resizers.remove(caller, resizer, versionOf(ifMatch));
  }

  @Get(':resizer/recommendation')
  @Operation({
    id: 'getResizeRecommendation',
    summary: 'What a resizer would do, computed now',
    description: 'Nothing is changed and nothing recorded. When it cannot be told, 422 says why.',
    ...READS,
    verb: 'get',
    answer: ResizeRecommendation,
    errors: ['NOT_FOUND', 'UNPROCESSABLE'],
  })
  async recommendation(
    @Param({ schema: ResizerPath }) { resizer }: ResizerPath,
    @CurrentCaller() caller: Caller,
  ): Promise<ResizeRecommendation> {
    return this.recommendations.of(caller, resizer);
  }

  @Get(':resizer/decisions')
  @Operation({
    id: 'listResizeDecisions',
    summary: 'What a resizer has decided, the newest first',
    description: 'Each decision that differs from the one before or changed something; the last 200.',
    ...READS,
    verb: 'get',
    answer: ResizeDecisionList,
    errors: ['NOT_FOUND'],
  })
  async decisions(
    @Param({ schema: ResizerPath }) { resizer }: ResizerPath,
    @Query({ schema: ResizeDecisionQuery }) { limit, cursor }: ResizeDecisionQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<ResizeDecisionView>> {
    const before = cursor === undefined ? undefined : decisionIn(cursor);
    const found = (await this.resizers.decisions(caller, resizer, limit + 1, before)).map(decisionView);
    return cut(found, limit, ({ id }) => id);
  }
}

function tagged(resizer: KnownResizer, reply: FastifyReply): ResizerView {
  void reply.header('etag', `"${resizer.version}"`);
  return resizerView(resizer);
}

function cut<Item>(items: Item[], limit: number, keyOf: (item: Item) => string | number): Page<Item> {
  const last = items.length > limit ? items[limit - 1] : undefined;
  return { items: items.slice(0, limit), ...(last ? { nextCursor: encodeCursor([keyOf(last)]) } : {}) };
}

function decisionIn(cursor: string): number {
  const [id] = decodeCursor(cursor, 1);
  if (typeof id === 'number' && Number.isSafeInteger(id)) return id;
  throw invalidInput('cursor', 'is not a cursor of this list; leave it out to begin at the start');
}
