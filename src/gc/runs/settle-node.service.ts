import { Injectable } from '@nestjs/common';
import { AgentTasks } from '../../agents/agent-tasks.service.js';
import type { AgentTask } from '../../agents/agent-task.js';
import { Clock } from '../../platform/clock.js';
import { dryRunOutcome } from '../core/dry-run-outcome.js';
import { outcomeOfNode } from '../core/outcome-of-node.js';
import type { NodePlan } from '../core/plan.js';
import { GcMetrics } from '../gc-metrics.js';
import { ImageLedger } from '../ledger/image-ledger.service.js';
import { GcPlanRecords } from '../plans/gc-plan-records.port.js';
import { GcRemovalRecords, type GcRemovalRow } from '../removals/gc-removal-records.port.js';
import { auditItems } from './audit-items.js';
import { GcRunRecords, type FinalNodeState, type GcRunNode, type GcRunRecord } from './gc-run-records.port.js';
import { nodeTaskId } from './node-ids.js';

/** Items of a node that are counted: more than an inventory can hold. */
const MOST_ITEMS = 100_000;

/** Brings what an agent told of its task into the audit and, once the task is over, closes the node. May be done any number of times. */
@Injectable()
export class SettleNode {
  constructor(
    private readonly tasks: AgentTasks,
    private readonly plans: GcPlanRecords,
    private readonly runs: GcRunRecords,
    private readonly removals: GcRemovalRecords,
    private readonly metrics: GcMetrics,
    private readonly ledger: ImageLedger,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes what was told so far to the audit. The reports are read after the task: of a task that is over they are all there.
   * @param isGivenUp nobody waits for its agent any more: of an item that it has begun the end is unknown
   * @returns the task of the node's newest attempt, when there is one
   */
  async record(run: GcRunRecord, { node, attempt }: GcRunNode, isGivenUp = false): Promise<AgentTask | undefined> {
    const id = nodeTaskId(run.run, node, attempt);
    const task = await this.tasks.find(id);
    const plan = task && (await this.#plan(run, node));
    if (!plan) return task;
    const reports = await this.tasks.reports(id);
    await this.removals.add(
      auditItems(run, plan, reports, this.clock.now(), isGivenUp || task.finishedAtMs !== undefined),
    );
    return task;
  }

  /** Closes a node with what the audit has of it, when its task is over or there was none. @param as the state, where it is not what the items say */
  async close(
    run: GcRunRecord,
    node: GcRunNode,
    task: AgentTask | undefined,
    as?: { state: FinalNodeState; because: string },
  ): Promise<void> {
    const plan = await this.#plan(run, node.node);
    const rows = await this.#rows(run, node.node);
    const judged = outcomeOfNode(
      plan?.remove.map(({ key }) => key) ?? [],
      rows,
      freedOf(rows),
      task?.summary?.stoppedBecause ?? task?.error,
    );
    const outcome = run.isDryRun ? dryRunOutcome(plan) : judged.outcome;
    const { state, because } = as ?? judged;
    await this.#forgetRemoved(node.node, rows);
    const isFirst = await this.runs.changeNode(run.run, node.node, {
      to: state,
      because,
      outcome,
      atMs: this.clock.now(),
    });
    if (isFirst) this.metrics.nodeClosed(state, judged.outcome, rows, this.clock.now() - run.startedAtMs);
  }

  async #rows(run: GcRunRecord, node: string): Promise<readonly GcRemovalRow[]> {
    return this.removals.list({ run: run.run, node }, MOST_ITEMS);
  }

  async #plan(run: GcRunRecord, node: string): Promise<NodePlan | undefined> {
    return (await this.plans.node(run.plan, node))?.document as NodePlan | undefined;
  }

  async #forgetRemoved(node: string, rows: readonly GcRemovalRow[]): Promise<void> {
    const gone = rows.filter(({ kind, result }) => kind === 'image' && (result === 'removed' || result === 'absent'));
    if (gone.length > 0)
      await this.ledger.forget(node, this.clock.now(), new Set(gone.map(({ item }) => item.replace(/^image\//, ''))));
  }
}

/** Measured before and after each item, and summed over all attempts: the last agent's own sum has nothing of what one before it did. */
function freedOf(rows: readonly GcRemovalRow[]): number | undefined {
  const told = rows.filter(({ freedBytes }) => freedBytes !== undefined);
  return told.length === 0 ? undefined : told.reduce((sum, { freedBytes = 0 }) => sum + freedBytes, 0);
}
