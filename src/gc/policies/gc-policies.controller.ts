import { Body, Controller, Delete, Get, Headers, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../../auth/caller.js';
import { Operation } from '../../platform/http/operation.js';
import { pageOf, type Page } from '../../platform/http/paging.js';
import { versionOf } from '../../platform/http/version-of.js';
import { RunWebhook } from '../announce/run-webhook.port.js';
import { GcPolicyBody, NewGcPolicy } from './gc-policy-body.schema.js';
import { GcPolicies, type KnownGcPolicy } from './gc-policies.service.js';
import {
  GcPolicyList,
  GcPolicyPath,
  GcPolicyQuery,
  gcPolicyView,
  GcPolicyView,
  GcPresetList,
  gcPresetList,
} from './gc-policy-view.schema.js';
import { KubeletConflicts } from './kubelet-conflicts.service.js';

const HELD_VERSION =
  'With `If-Match` (the `ETag` of an answer) only that version is meant: another one is refused with 409.';

/** Policies: what may be removed, where and when. */
@Controller('api/v1/gc')
export class GcPoliciesController {
  constructor(
    private readonly policies: GcPolicies,
    private readonly conflicts: KubeletConflicts,
    private readonly webhook: RunWebhook,
  ) {}

  @Get('presets')
  @Operation({
    id: 'listGcPresets',
    summary: 'Policies by name that others take what they leave out from',
    area: 'gc',
    verb: 'list',
    role: 'viewer',
    scope: 'cluster',
    answer: GcPresetList,
  })
  presets(): GcPresetList {
    return gcPresetList();
  }

  @Get('policies')
  @Operation({
    id: 'listGcPolicies',
    summary: 'All policies by name',
    area: 'gc',
    verb: 'list',
    role: 'viewer',
    scope: 'cluster',
    answer: GcPolicyList,
  })
  async list(@Query({ schema: GcPolicyQuery }) page: GcPolicyQuery): Promise<Page<GcPolicyView>> {
    return this.#views(pageOf(await this.policies.list(), page, ({ name }) => [name]));
  }

  @Post('policies')
  @Operation({
    id: 'createGcPolicy',
    summary: 'Make a policy',
    description:
      'Nothing is removed unless `dryRun` is false, here or in a call that starts a run. Contradictions are refused; a rule that matches everything and a count of 0 need `confirm`.',
    area: 'gc',
    verb: 'create',
    role: 'operator',
    scope: 'cluster',
    status: 201,
    answer: GcPolicyView,
    errors: ['CONFLICT', 'UNPROCESSABLE'],
  })
  async create(
    @Body({ schema: NewGcPolicy }) { name, ...body }: NewGcPolicy,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GcPolicyView> {
    return created(await this.#view(await this.policies.create(name, body, caller.name), reply), reply);
  }

  @Get('policies/:policy')
  @Operation({
    id: 'getGcPolicy',
    summary: 'One policy, with what to think about',
    area: 'gc',
    verb: 'get',
    role: 'viewer',
    scope: 'cluster',
    answer: GcPolicyView,
    errors: ['NOT_FOUND', 'UNPROCESSABLE'],
  })
  async get(
    @Param({ schema: GcPolicyPath }) { policy }: GcPolicyPath,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GcPolicyView> {
    return this.#view(await this.policies.get(policy), reply);
  }

  @Put('policies/:policy')
  @Operation({
    id: 'updateGcPolicy',
    summary: 'Replace a policy',
    description: `Plans of the version before can no longer be carried out. ${HELD_VERSION}`,
    area: 'gc',
    verb: 'update',
    role: 'operator',
    scope: 'cluster',
    answer: GcPolicyView,
    errors: ['NOT_FOUND', 'CONFLICT', 'UNPROCESSABLE'],
  })
  async update(
    @Param({ schema: GcPolicyPath }) { policy }: GcPolicyPath,
    @Body({ schema: GcPolicyBody }) body: GcPolicyBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GcPolicyView> {
    return this.#view(await this.policies.update(policy, body, caller.name, versionOf(ifMatch)), reply);
  }

  @Delete('policies/:policy')
  @Operation({
    id: 'deleteGcPolicy',
    summary: 'Remove a policy',
    description: `A run of it that goes on keeps to the policy as it was. ${HELD_VERSION}`,
    area: 'gc',
    verb: 'delete',
    role: 'operator',
    scope: 'cluster',
    status: 204,
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async remove(
    @Param({ schema: GcPolicyPath }) { policy }: GcPolicyPath,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.policies.remove(policy, versionOf(ifMatch));
  }

  async #view(policy: KnownGcPolicy, reply: FastifyReply): Promise<GcPolicyView> {
    void reply.header('etag', `"${policy.version}"`);
    return gcPolicyView(policy, await this.#warningsOf(policy));
  }

  async #views({ items, nextCursor }: Page<KnownGcPolicy>): Promise<Page<GcPolicyView>> {
    const views = await Promise.all(items.map(async (policy) => gcPolicyView(policy, await this.#warningsOf(policy))));
    return { items: views, ...(nextCursor === undefined ? {} : { nextCursor }) };
  }

  async #warningsOf(policy: KnownGcPolicy): Promise<string[]> {
    const isMute = policy.body.notify.webhook && !this.webhook.isConfigured;
    return [
      ...(isMute ? ['notify.webhook tells nobody: GC_WEBHOOK_URL and GC_WEBHOOK_SECRET are not set.'] : []),
      ...(await this.conflicts.warningsOf(policy)),
    ];
  }
}

function created(policy: GcPolicyView, reply: FastifyReply): GcPolicyView {
  void reply.header('location', `/api/v1/gc/policies/${policy.name}`);
  return policy;
}
