import { Controller, Get, Query } from '@nestjs/common';
import { Operation } from '../platform/http/operation.js';
import type { Page } from '../platform/http/paging.js';
import { AgentList } from './agent-list.service.js';
import { AgentQuery, agentView, AgentViewList, type AgentView } from './agents.schema.js';

/** The agents, for people. */
@Controller('api/v1/agents')
export class AgentsController {
  constructor(private readonly agents: AgentList) {}

  @Get()
  @Operation({
    id: 'listAgents',
    summary: 'The agents on the nodes, by node name: whether each is there, what it may do and what it works on',
    area: 'agents',
    verb: 'list',
    role: 'viewer',
    scope: 'cluster',
    answer: AgentViewList,
  })
  async list(@Query({ schema: AgentQuery }) { limit, cursor }: AgentQuery): Promise<Page<AgentView>> {
    const { items, ...rest } = await this.agents.list(limit, cursor);
    return { ...rest, items: items.map((agent) => agentView(agent)) };
  }
}
