import { type LoopOptions, type StartedLoop, startLoop } from './agent-loops.js';
import { AgentsApp } from './agents-app.js';
import { openPgliteRecords, type TestRecords } from './records.js';
import { simAgentNode, type SimAgentNode } from './sim-agent-node.js';

/** A node of a test's own, and what its agent finds there. */
interface RigNode {
  readonly node: string;
  readonly sim: SimAgentNode;
}

/** A server on embedded records, and agents that speak with it over HTTP, of one node after the other. */
export class AgentLoopRig {
  private nodes = 0;
  private current: RigNode = { node: '', sim: simAgentNode() };
  private running: StartedLoop[] = [];

  private constructor(
    readonly records: TestRecords,
    readonly app: AgentsApp,
    private readonly url: string,
  ) {}

  static async boot(): Promise<AgentLoopRig> {
    const records = await openPgliteRecords();
    const app = await AgentsApp.boot(records.database, { AGENT_LEASE: '5s' });
    return new AgentLoopRig(records, app, await app.listen());
  }

  /** The node whose agents `start` starts from now on. */
  nextNode(): RigNode {
    this.current = { node: `node-${String((this.nodes += 1))}`, sim: simAgentNode() };
    return this.current;
  }

  start(options: Partial<LoopOptions> = {}): StartedLoop {
    const { node, sim } = this.current;
    const agent = startLoop(this.app, { node, url: this.url, open: () => Promise.resolve(sim.node), ...options });
    this.running.push(agent);
    return agent;
  }

  async stopAgents(): Promise<void> {
    for (const agent of this.running.splice(0)) await agent.stop();
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.records.close();
  }
}
