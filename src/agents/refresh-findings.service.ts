import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import { AgentFindingRecords } from './agent-finding-records.port.js';
import type { FindingKind } from './agent-finding.js';
import { AgentTasks } from './agent-tasks.service.js';
import type { NewAgentTask } from './agent-task.js';

const LIMIT_MS = 60_000;
/** What a machine is made of seldom changes. */
const MACHINE_EVERY_MS = 3_600_000;

/** Has agents that are there tell anew what has become old. */
@Injectable()
export class RefreshFindings {
  constructor(
    private readonly findings: AgentFindingRecords,
    private readonly tasks: AgentTasks,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'agentInventoryEveryMs'>,
  ) {}

  /** However many processes ask, and how often: once for each stretch of time, a node and a kind. */
  async refresh(nodes: readonly string[]): Promise<void> {
    if (nodes.length === 0) return;
    await this.tasks.add([
      ...(await this.due('inventory', nodes, this.config.agentInventoryEveryMs)),
      ...(await this.due('machine', nodes, MACHINE_EVERY_MS)),
    ]);
  }

  private async due(kind: FindingKind, nodes: readonly string[], everyMs: number): Promise<NewAgentTask[]> {
    const nowMs = this.clock.now();
    const heads = await this.findings.heads(kind);
    const fresh = new Set(heads.filter(({ receivedAtMs }) => nowMs - receivedAtMs < everyMs).map(({ node }) => node));
    const stretch = Math.floor(nowMs / everyMs);
    return nodes
      .filter((node) => !fresh.has(node))
      .map((node) => ({ kind, node, id: `${kind}-${node}-${stretch}`, deadlineAtMs: nowMs + LIMIT_MS }));
  }
}
