import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../auth/caller.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Operation, type OperationSpec } from '../platform/http/operation.js';
import { AgentList } from './agent-list.service.js';
import {
  AgentEndBody,
  AgentHelloBody,
  AgentReportAnswer,
  AgentReportBody,
  AgentStaticPodsBody,
  AgentTakeBody,
  AgentTaken,
  AgentTaskOffers,
  AgentTaskPath,
  AgentTaskQuery,
  AgentWelcome,
} from './agent-wire.schema.js';
import { AgentWork } from './agent-work.service.js';
import { TaskOffers } from './task-offers.service.js';

const forAgents = (spec: Omit<OperationSpec, 'area' | 'role' | 'scope'>): MethodDecorator =>
  Operation({ ...spec, area: 'agents', role: 'agent', scope: 'cluster' });

/** What agents call: tokens of agents alone are taken, and each speaks for its own node. */
@Controller('agent/v1')
export class AgentApiController {
  constructor(
    private readonly agents: AgentList,
    private readonly offers: TaskOffers,
    private readonly work: AgentWork,
    @Inject(CONFIG) private readonly config: Pick<Config, 'agentLeaseMs'>,
  ) {}

  @Post('hello')
  @forAgents({ id: 'helloAgent', summary: 'An agent begins', verb: 'update', answer: AgentWelcome })
  async hello(
    @CurrentCaller() caller: Caller,
    @Body({ schema: AgentHelloBody }) body: AgentHelloBody,
  ): Promise<AgentWelcome> {
    this.offers.mustServe(); // else all agents that are sent away would begin anew here
    await this.agents.welcome({ ...body, node: nodeOf(caller) });
    return { node: nodeOf(caller), leaseMs: this.config.agentLeaseMs };
  }

  @Get('tasks')
  @forAgents({
    id: 'awaitAgentTasks',
    summary: 'Tasks that the agent may take; waits for one',
    verb: 'list',
    answer: AgentTaskOffers,
  })
  async tasks(
    @CurrentCaller() caller: Caller,
    @Query({ schema: AgentTaskQuery }) { wait, kinds }: AgentTaskQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AgentTaskOffers> {
    const offers = await this.offers.next(nodeOf(caller), kinds, wait, goneSignal(reply));
    return { items: offers.map(({ id, kind }) => ({ id, kind })) };
  }

  @Post('tasks/:task/take')
  @forAgents({
    id: 'takeAgentTask',
    summary: 'Begin an attempt at a task',
    verb: 'update',
    answer: AgentTaken,
    errors: ['CONFLICT'],
  })
  take(
    @CurrentCaller() caller: Caller,
    @Param({ schema: AgentTaskPath }) { task }: AgentTaskPath,
    @Body({ schema: AgentTakeBody }) { instance }: AgentTakeBody,
  ): ReturnType<AgentWork['take']> {
    return this.work.take(nodeOf(caller), task, instance);
  }

  @Post('tasks/:task/reports')
  @forAgents({
    id: 'reportAgentTask',
    summary: 'Tell what happened, and hold the task on',
    verb: 'update',
    answer: AgentReportAnswer,
    errors: ['NOT_FOUND', 'CONFLICT'],
    bodyLimit: ({ agentMaxBodyBytes }) => agentMaxBodyBytes,
  })
  report(
    @CurrentCaller() caller: Caller,
    @Param({ schema: AgentTaskPath }) { task }: AgentTaskPath,
    @Body({ schema: AgentReportBody }) body: AgentReportBody,
  ): Promise<AgentReportAnswer> {
    return this.work.report(nodeOf(caller), task, body);
  }

  @Post('tasks/:task/end')
  @forAgents({
    id: 'endAgentTask',
    summary: 'Tell how an attempt ended',
    verb: 'update',
    status: 204,
    errors: ['NOT_FOUND', 'CONFLICT'],
    bodyLimit: ({ agentMaxBodyBytes }) => agentMaxBodyBytes,
  })
  end(
    @CurrentCaller() caller: Caller,
    @Param({ schema: AgentTaskPath }) { task }: AgentTaskPath,
    @Body({ schema: AgentEndBody }) body: AgentEndBody,
  ): Promise<void> {
    return this.work.end(nodeOf(caller), task, body);
  }

  @Post('static-pods')
  @forAgents({
    id: 'tellAgentStaticPods',
    summary: 'Tell what became of changes of static pods',
    verb: 'update',
    status: 204,
    bodyLimit: ({ agentMaxBodyBytes }) => agentMaxBodyBytes,
  })
  staticPods(
    @CurrentCaller() caller: Caller,
    @Body({ schema: AgentStaticPodsBody }) { changes }: AgentStaticPodsBody,
  ): Promise<void> {
    return this.work.tellStaticPods(nodeOf(caller), changes);
  }
}

/** The guard lets in nobody without a node. */
function nodeOf({ node }: Caller): string {
  if (node === undefined) throw new Error('An agent without a node came past the guard');
  return node;
}

/** Aborted when the answer cannot reach its agent any more. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
