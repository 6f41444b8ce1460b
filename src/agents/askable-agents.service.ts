import { Injectable } from '@nestjs/common';
import { AWAY_AFTER_MS } from './agent-list.service.js';
import { AgentRecords, type Agent, type AgentAllowance } from './agent-records.port.js';
import { formatDuration } from '../core/duration.js';
import { Clock } from '../platform/clock.js';

/** Whether the agents of nodes can be asked. */
@Injectable()
export class AskableAgents {
  constructor(
    private readonly records: AgentRecords,
    private readonly clock: Clock,
  ) {}

  /** Why the agent of a node cannot be asked for this now, in a sentence; undefined when it can. */
  async whyNot(node: string, allowance: AgentAllowance): Promise<string | undefined> {
    return (await this.whyNotEach([node], allowance)).get(node);
  }

  /** The same for several nodes: those that are not in the answer can be asked. */
  async whyNotEach(nodes: readonly string[], allowance: AgentAllowance): Promise<ReadonlyMap<string, string>> {
    if (nodes.length === 0) return new Map();
    const agents = new Map((await this.records.find(nodes)).map((agent) => [agent.node, agent]));
    return new Map(
      nodes.flatMap((node): [string, string][] => {
        const why = this.#whyNot(agents.get(node), allowance);
        return why === undefined ? [] : [[node, why]];
      }),
    );
  }

  #whyNot(agent: Agent | undefined, allowance: AgentAllowance): string | undefined {
    if (!agent) return 'no agent of this node has ever been heard of';
    const silentMs = this.clock.now() - agent.lastSeenAtMs;
    if (silentMs > AWAY_AFTER_MS)
      return `its agent has not been heard of for ${formatDuration(Math.floor(silentMs / 1000) * 1000)}`;
    if (agent.runtimeAway !== undefined) return `its container runtime is away: ${agent.runtimeAway.split('\n')[0]}`;
    return agent.allows.includes(allowance) ? undefined : `its agent was not started with ${allowance} in AGENT_ALLOW`;
  }
}
