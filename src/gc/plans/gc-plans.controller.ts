import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../../auth/caller.js';
import { Operation } from '../../platform/http/operation.js';
import { gcPlanView, nodeAfter } from './gc-plan-view.js';
import { GcPlanPath, GcPlanQuery, GcPlanView, NewGcPlan } from './gc-plan.schema.js';
import { GcPlans } from './gc-plans.service.js';

/** So many nodes the answer to a new plan shows; the rest is read from the plan. */
const FIRST_NODES = 20;

/** Plans: what a run would do. */
@Controller('api/v1/gc/plans')
export class GcPlansController {
  constructor(private readonly plans: GcPlans) {}

  @Post()
  @Operation({
    id: 'createGcPlan',
    summary: 'Plan what a run of a policy would do now, and remove nothing',
    description:
      'Each node is asked for its inventory now, which takes some seconds. The answer shows the first 20 nodes with what would go; the plan itself has the rest, and what stays and why. It can be carried out for an hour.',
    area: 'gc',
    verb: 'create',
    role: 'operator',
    scope: 'cluster',
    status: 201,
    answer: GcPlanView,
    errors: ['NOT_FOUND', 'UNPROCESSABLE'],
  })
  async create(
    @Body({ schema: NewGcPlan }) { policy, nodes }: NewGcPlan,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GcPlanView> {
    return created(await this.#first(await this.plans.make(policy, caller.name, nodes, closed(reply))), reply);
  }

  @Get(':plan')
  @Operation({
    id: 'getGcPlan',
    summary: 'A plan: per node what would go in which order, what stays, and why',
    area: 'gc',
    verb: 'get',
    role: 'viewer',
    scope: 'cluster',
    answer: GcPlanView,
    errors: ['NOT_FOUND'],
  })
  async get(
    @Param({ schema: GcPlanPath }) { plan }: GcPlanPath,
    @Query({ schema: GcPlanQuery }) { limit, cursor, node, kept }: GcPlanQuery,
  ): Promise<GcPlanView> {
    const after = nodeAfter(cursor);
    const page = { limit, ...(after === undefined ? {} : { after }), ...(node === undefined ? {} : { node }) };
    return gcPlanView(await this.plans.read(plan, page), kept);
  }

  async #first(plan: string): Promise<GcPlanView> {
    return gcPlanView(await this.plans.read(plan, { limit: FIRST_NODES }), false);
  }
}

/** Aborted when the caller has gone. */
function closed(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new Error('The caller has gone')));
  return gone.signal;
}

/** Tells where the plan is. */
function created(plan: GcPlanView, reply: FastifyReply): GcPlanView {
  void reply.header('location', `/api/v1/gc/plans/${plan.id}`);
  return plan;
}
