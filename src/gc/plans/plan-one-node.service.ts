import { Injectable } from '@nestjs/common';
import { AgentFindings, type Found } from '../../agents/agent-findings.service.js';
import type { Inventory } from '../../agents/core/inventory.js';
import { Clock } from '../../platform/clock.js';
import type { NodePlanner } from '../core/plan-node.js';
import type { NodePlan } from '../core/plan.js';
import { GcMetrics } from '../gc-metrics.js';
import { ImageLedger } from '../ledger/image-ledger.service.js';
import { AskableAgents } from '../../agents/askable-agents.service.js';
import { GcClusterFacts } from './cluster-facts.service.js';

/** So long an agent has for an inventory. */
const INVENTORY_LIMIT_MS = 30_000;

/** Plans for one node from what is there now. */
@Injectable()
export class PlanOneNode {
  constructor(
    private readonly agents: AskableAgents,
    private readonly findings: AgentFindings,
    private readonly ledger: ImageLedger,
    private readonly facts: GcClusterFacts,
    private readonly metrics: GcMetrics,
    private readonly clock: Clock,
  ) {}

  /**
   * Has an inventory taken and plans, with a policy's planner. A node that cannot be asked gets a plan that does nothing and says why.
   * @throws the signal's reason
   */
  async now(node: string, plan: NodePlanner, signal: AbortSignal): Promise<NodePlan> {
    const away = await this.agents.whyNot(node, 'inventory');
    if (away !== undefined) return nothing(node, this.clock.now(), away);
    const task = await this.findings.takeInventory(node, signal, INVENTORY_LIMIT_MS);
    if (task?.state !== 'done')
      return nothing(node, this.clock.now(), `its agent took no inventory: ${task?.error ?? task?.state ?? 'gone'}`);
    const found = await this.findings.inventory(node);
    if (!found) return nothing(node, this.clock.now(), 'its inventory is not there');
    return this.of(found, plan);
  }

  /** The plan for an inventory as the ledger and the cluster stand. */
  async of(found: Found<Inventory>, planner: NodePlanner): Promise<NodePlan> {
    const ledger = await this.ledger.takeIn(found);
    const cluster = this.facts.of(found.node);
    const state = { inventory: found.body, ledger: ledger.rows, ledgerSinceMs: ledger.sinceMs, cluster };
    const plan = planner({ ...state, nowMs: this.clock.now() });
    this.metrics.planned(plan);
    return plan;
  }
}

function nothing(node: string, madeAtMs: number, notActed: string): NodePlan {
  const sums = {
    images: 0,
    containers: 0,
    sandboxes: 0,
    logs: 0,
    sizeBytes: 0,
    estimatedBytes: 0,
    keptImages: 0,
    keptImageBytes: 0,
  };
  return {
    node,
    madeAtMs,
    inventoryTakenAtMs: 0,
    notActed,
    remove: [],
    kept: [],
    sums,
    keepImages: [],
    warnings: [],
  };
}
