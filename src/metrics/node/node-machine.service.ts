import { Injectable } from '@nestjs/common';
import { AgentFindings } from '../../agents/agent-findings.service.js';
import { Clock } from '../../platform/clock.js';
import { FifoGate } from '../../platform/fifo-gate.js';
import { NodeFailure } from '../collect/node-failure.js';
import { readMachine } from '../core/node/read-machine.js';
import { AskedNode } from './asked-node.service.js';
import { NodeKubelet } from './node-kubelet.service.js';
import type { NodeMachine } from './node-machine.schema.js';
import { presentMachine, type MachineTold } from './present-machine.js';
import type { AgentTold } from './told-by-agent.js';

/** Beside the collection, which has a gate of its own. */
const ASKED_AT_ONCE = 8;

/** What a node is as a machine: the cluster's word joined with the kubelet's of this moment and its agent's last one. */
@Injectable()
export class NodeMachineService {
  private readonly gate = new FifoGate(ASKED_AT_ONCE);
  /** Who asks for a node that is being asked waits for the same answer. */
  private readonly asking = new Map<string, Promise<MachineTold>>();

  constructor(
    private readonly nodes: AskedNode,
    private readonly kubelet: NodeKubelet,
    private readonly findings: AgentFindings,
    private readonly clock: Clock,
  ) {}

  /** A kubelet that fails costs what it alone can tell, and the answer says so. @throws ProblemError 404, 503 */
  async get(name: string): Promise<NodeMachine> {
    const node = this.nodes.get(name);
    const [told, agent] = await Promise.all([this.ask(name), this.byAgent(name)]);
    return { ...presentMachine(node, told, agent), ...this.nodes.freshness() };
  }

  private async byAgent(name: string): Promise<AgentTold | undefined> {
    const found = await this.findings.machine(name);
    return found && { found, ageMs: Math.max(0, this.clock.now() - found.receivedAtMs) };
  }

  private ask(name: string): Promise<MachineTold> {
    const asked = this.asking.get(name);
    if (asked) return asked;
    const asking = this.gate.run(() => this.told(name)).finally(() => this.asking.delete(name));
    this.asking.set(name, asking);
    return asking;
  }

  private async told(name: string): Promise<MachineTold> {
    try {
      return await this.kubelet.ask(name, (json, receivedAtMs) => ({
        summary: readMachine(JSON.parse(json.toString()), name),
        receivedAtMs,
      }));
    } catch (error) {
      if (error instanceof NodeFailure) return { failure: error };
      throw error;
    }
  }
}
