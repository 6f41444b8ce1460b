import { Injectable } from '@nestjs/common';
import { AgentTasks } from '../../agents/agent-tasks.service.js';
import { Clock } from '../../platform/clock.js';
import { nodePlanner } from '../core/plan-node.js';
import type { NodePlan, PlannedRemoval } from '../core/plan.js';
import { whyChangedSince } from '../core/why-changed-since.js';
import { ImageLedger } from '../ledger/image-ledger.service.js';
import { GcPlanRecords } from '../plans/gc-plan-records.port.js';
import { PlanOneNode } from '../plans/plan-one-node.service.js';
import { GcPolicyBody } from '../policies/gc-policy-body.schema.js';
import { toGcExecution } from '../policies/to-gc-execution.js';
import { GcRemovalRecords } from '../removals/gc-removal-records.port.js';
import { toGcPolicy } from '../to-gc-policy.js';
import { removalOf } from './audit-items.js';
import type { FinalNodeState, GcRunNode, GcRunRecord } from './gc-run-records.port.js';
import { nodeTaskId } from './node-ids.js';

/** Items of a node's plan that are looked at: more than an inventory can hold. */
const MOST_ITEMS = 100_000;
/** The rule of containers that go as long as there are too many: that there are fewer by now is no change of this one. */
const WITHIN_LIMITS = 'built-in/dead-containers';
/** Over at once: an order's time is more than 0. */
const LEAST_MS = 0.001;

/** `ordered`: the agent has its task. `wait`: to be tried again later. Otherwise the node is done: `told`, as the audit has it. */
export type Ordered =
  'ordered' | 'told' | { readonly wait: string } | { readonly state: FinalNodeState; readonly because: string };

/** Plans for a node of a run from what is there now, and orders the removal of what is in the plan and still as planned. */
@Injectable()
export class OrderRemoval {
  constructor(
    private readonly planning: PlanOneNode,
    private readonly plans: GcPlanRecords,
    private readonly removals: GcRemovalRecords,
    private readonly ledger: ImageLedger,
    private readonly tasks: AgentTasks,
    private readonly clock: Clock,
  ) {}

  /**
   * The plan that is made now says, right before the order, whether anything may be removed at all and which images must stay; only what the run's plan has is
   * ordered, so nothing outside of it goes. A run without an approved plan has the first that was made for the node: later attempts, and others that carry
   * out the same one, go on with it.
   */
  async order(run: GcRunRecord, node: GcRunNode, signal: AbortSignal): Promise<Ordered> {
    const now = await this.planning.now(node.node, nodePlanner(toGcPolicy(GcPolicyBody.parse(run.policyBody))), signal);
    if (now.notActed !== undefined)
      return now.inventoryTakenAtMs === 0 ? { wait: now.notActed } : { state: 'skipped', because: now.notActed };
    if (!run.isApproved) await this.plans.putNodes(run.plan, [{ node: now.node, document: now }]);
    const plan = (await this.plans.node(run.plan, node.node))?.document as NodePlan | undefined;
    if (!plan) return { state: 'skipped', because: 'the plan does not have this node' };
    if (plan.notActed !== undefined) return { state: 'skipped', because: `when it was planned: ${plan.notActed}` };
    const { remove } = plan;
    if (run.isDryRun) return { state: 'succeeded', because: `a dry run: ${remove.length} items would go` };
    if (remove.length === 0) return nothingToDo;
    const items = await this.#stillPlanned(run, plan, await this.#untold(run, node.node, remove), now);
    if (items.length === 0) return 'told';
    await this.#add(run, node, items, now);
    return 'ordered';
  }

  /** What no attempt before has told the end of. */
  async #untold({ run }: GcRunRecord, node: string, planned: readonly PlannedRemoval[]): Promise<PlannedRemoval[]> {
    const rows = await this.removals.list({ run, node }, MOST_ITEMS);
    const told = new Set(rows.filter(({ result }) => result !== 'unknown').map(({ item }) => item));
    return planned.filter(({ key }) => !told.has(key));
  }

  /** What must stay by now is left (a container that was started by hand again, too), and an image that was used since the plan although nothing refers to it any more; the audit says so. */
  async #stillPlanned(
    run: GcRunRecord,
    { node, madeAtMs }: NodePlan,
    planned: readonly PlannedRemoval[],
    now: NodePlan,
  ): Promise<PlannedRemoval[]> {
    const keep = new Set(now.keepImages);
    const kept = new Map(now.kept.map((item) => [item.key, item]));
    const rows = new Map((await this.ledger.read([node])).get(node)?.rows.map((row) => [row.imageId, row]));
    const nowMs = this.clock.now();
    const whyLeft = ({ key, target }: PlannedRemoval): string | undefined => {
      const found = kept.get(key);
      if (target.kind !== 'image') return found?.rule === WITHIN_LIMITS ? undefined : found?.because;
      if (keep.has(target.id)) return found?.because ?? 'it must stay';
      const row = rows.get(target.id);
      return row && whyChangedSince(row, madeAtMs, nowMs);
    };
    const judged = planned.map((item) => ({ item, why: whyLeft(item) }));
    await this.removals.add(
      judged.flatMap(({ item, why }) =>
        why === undefined
          ? []
          : removalOf(run, node, item, { result: 'kept', because: `changed since the plan: ${why}`, atMs: nowMs }),
      ),
    );
    return judged.flatMap(({ item, why }) => (why === undefined ? [item] : []));
  }

  async #add(
    run: GcRunRecord,
    { node, attempt }: GcRunNode,
    items: readonly PlannedRemoval[],
    now: NodePlan,
  ): Promise<void> {
    const body = GcPolicyBody.parse(run.policyBody);
    const nowMs = this.clock.now();
    const { seconds } = toGcPolicy(body).caps;
    const begunAtMs = seconds === undefined ? nowMs : await this.#begunAtMs(run, node, attempt, nowMs);
    const endsAtMs = Math.min(run.deadlineMs, begunAtMs + (seconds ?? Infinity) * 1000);
    const deadlineMs = Math.max(LEAST_MS, endsAtMs - nowMs); // where nothing is left the agent tells what it does not come to
    const order = {
      items: items.map(({ key, target, because }) => ({ key, target, because })),
      keepImages: now.keepImages,
      imagesPerMinute: toGcExecution(body).imagesPerMinute,
      deadlineMs,
    };
    const id = nodeTaskId(run.run, node, attempt);
    await this.tasks.add([{ kind: 'remove', id, node, deadlineAtMs: run.deadlineMs, order }]);
  }

  /** When the task was made that an agent took first for this node. */
  async #begunAtMs({ run }: GcRunRecord, node: string, attempt: number, nowMs: number): Promise<number> {
    for (let earlier = 1; earlier < attempt; earlier += 1) {
      const task = await this.tasks.find(nodeTaskId(run, node, earlier));
      if (task && task.attempt > 0) return Math.min(task.createdAtMs, nowMs);
    }
    return nowMs;
  }
}

const nothingToDo = { state: 'succeeded', because: 'nothing was to be removed' } as const;
