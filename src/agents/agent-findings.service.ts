import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { AgentFindingRecords } from './agent-finding-records.port.js';
import type { FindingHead, FindingKind } from './agent-finding.js';
import { AgentTasks } from './agent-tasks.service.js';
import type { AgentTask } from './agent-task.js';
import type { Inventory } from './core/inventory.js';
import type { Machine } from './core/machine.js';
import { unpackFinding } from './pack-finding.js';

/** What was found, and when; its age is reckoned from `receivedAtMs`. */
export interface Found<Body> extends FindingHead {
  readonly body: Body;
}

const NOW_LIMIT_MS = 60_000;

/** What agents found out of their nodes, in its newest version. */
@Injectable()
export class AgentFindings {
  constructor(
    private readonly records: AgentFindingRecords,
    private readonly tasks: AgentTasks,
    private readonly clock: Clock,
  ) {}

  /** The newest inventory of a node; undefined when none was ever told. */
  inventory(node: string): Promise<Found<Inventory> | undefined> {
    return this.newest<Inventory>('inventory', node);
  }

  /** When each node's newest inventory was made, by node name: what has one that is newer than what was seen before is to be looked at. */
  inventoryHeads(): Promise<readonly FindingHead[]> {
    return this.records.heads('inventory');
  }

  /** The newest that a node's agent told of it as a machine. */
  machine(node: string): Promise<Found<Machine> | undefined> {
    return this.newest<Machine>('machine', node);
  }

  /**
   * Has an inventory taken now. The task is over when this resolves; when it is `done`, `inventory(node)` gives one that was begun after the call.
   * @param limitMs so long the agent has; a minute unless said
   * @throws the signal's reason, and then the task is cancelled
   */
  takeInventory(node: string, signal: AbortSignal, limitMs = NOW_LIMIT_MS): Promise<AgentTask | undefined> {
    return this.take('inventory', node, signal, limitMs);
  }

  private async take(kind: FindingKind, node: string, signal: AbortSignal, limitMs: number) {
    const id = `${kind}-${randomUUID()}`;
    await this.tasks.add([{ kind, id, node, deadlineAtMs: this.clock.now() + limitMs }]);
    try {
      return await this.tasks.waitFor(id, signal);
    } catch (error) {
      await this.tasks.cancel(id);
      throw error;
    }
  }

  private async newest<Body>(kind: FindingKind, node: string): Promise<Found<Body> | undefined> {
    const [found] = await this.records.find(kind, [node]);
    return found && { ...found, body: (await unpackFinding(found.body)) as Body };
  }
}
