import { createHash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { ProblemError } from '../../platform/errors.js';
import { canonicalPlan } from '../core/canonical-plan.js';
import { nodePlanner } from '../core/plan-node.js';
import type { NodePlan } from '../core/plan.js';
import { GcNodes } from '../gc-nodes.js';
import { GcPolicies } from '../policies/gc-policies.service.js';
import { toGcExecution } from '../policies/to-gc-execution.js';
import { toGcPolicy } from '../to-gc-policy.js';
import { GcPlanRecords, type GcPlanNode, type GcPlanRecord } from './gc-plan-records.port.js';
import { PlanOneNode } from './plan-one-node.service.js';

/** So long a plan can be carried out. */
export const PLAN_LIVES_MS = 3_600_000;
/** Nodes that are asked for their inventory at once. */
const NODES_AT_ONCE = 50;

/** A plan with the documents of some of its nodes. */
export interface ReadPlan {
  readonly plan: GcPlanRecord;
  readonly nodes: readonly NodePlan[];
  readonly hasMore: boolean;
}

/** Which nodes of a plan are wanted. */
export interface PlanPage {
  readonly limit: number;
  readonly after?: string;
  readonly node?: string;
}

/** Plans: what a run of a policy would do now, node by node. */
@Injectable()
export class GcPlans {
  constructor(
    private readonly records: GcPlanRecords,
    private readonly policies: GcPolicies,
    private readonly nodes: GcNodes,
    private readonly planning: PlanOneNode,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a plan for a policy.
   * @param only some of the nodes that it selects
   * @throws ProblemError NOT_FOUND; UNPROCESSABLE when it selects no node
   */
  async make(
    policyName: string,
    by: string,
    only: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<string> {
    const policy = await this.policies.get(policyName);
    const nodes = this.nodesOf(policyName, this.nodes.of(toGcExecution(policy.body)), only);
    const id = randomUUID();
    const madeAtMs = this.clock.now();
    const { version: policyVersion, body: policyBody } = policy;
    const expiresAtMs = madeAtMs + PLAN_LIVES_MS;
    await this.records.begin({ id, policy: policyName, policyVersion, policyBody, madeBy: by, madeAtMs, expiresAtMs });
    const policyContent = toGcPolicy(policy.body);
    const planner = nodePlanner(policyContent);
    const approvals: Pick<NodePlan, 'node' | 'remove'>[] = [];
    for (let start = 0; start < nodes.length; start += NODES_AT_ONCE) {
      const some = nodes.slice(start, start + NODES_AT_ONCE);
      const plans = await Promise.all(some.map((node) => this.planning.now(node, planner, signal)));
      await this.records.putNodes(
        id,
        plans.map((document) => ({ node: document.node, document })),
      );
      approvals.push(...plans.map(({ node, remove }) => ({ node, remove })));
    }
    const digest = createHash('sha256').update(canonicalPlan(policyContent, approvals)).digest('hex');
    await this.records.complete(id, digest);
    return id;
  }

  /** @throws ProblemError NOT_FOUND */
  async read(id: string, { limit, after, node }: PlanPage): Promise<ReadPlan> {
    const plan = await this.find(id);
    if (node !== undefined) {
      const found = await this.records.node(id, node);
      if (!found) throw new ProblemError('NOT_FOUND', `The plan ${id} has no node ${node}`);
      return { plan, nodes: [documentOf(found)], hasMore: false };
    }
    const rows = await this.records.nodes(id, limit + 1, after);
    return { plan, nodes: rows.slice(0, limit).map(documentOf), hasMore: rows.length > limit };
  }

  /**
   * A plan that may be carried out now.
   * @throws ProblemError NOT_FOUND; CONFLICT when it has expired, another digest was approved or its policy has changed since
   */
  async approved(id: string, digest: string): Promise<GcPlanRecord> {
    const plan = await this.find(id);
    const { policy, policyVersion } = plan;
    if (plan.digest === undefined)
      throw new ProblemError('CONFLICT', `The plan ${id} is not complete: make another one`);
    if (plan.digest !== digest) throw new ProblemError('CONFLICT', `The plan ${id} has another digest: read it again`);
    if (plan.expiresAtMs <= this.clock.now())
      throw new ProblemError('CONFLICT', `The plan ${id} has expired: make another one`);
    if ((await this.policies.get(policy)).version !== policyVersion)
      throw new ProblemError('CONFLICT', `The policy ${policy} has changed since the plan ${id}: make another one`);
    return plan;
  }

  private nodesOf(policy: string, selected: readonly string[], only: readonly string[] | undefined): readonly string[] {
    const missing = only?.find((node) => !selected.includes(node));
    if (missing !== undefined)
      throw new ProblemError('NOT_FOUND', `The policy ${policy} selects no node ${missing} of the cluster`);
    if (selected.length === 0)
      throw new ProblemError('UNPROCESSABLE', `The policy ${policy} selects no node of the cluster`);
    return only ? selected.filter((node) => only.includes(node)) : selected;
  }

  private async find(id: string): Promise<GcPlanRecord> {
    const plan = await this.records.find(id);
    if (!plan) throw new ProblemError('NOT_FOUND', `There is no plan ${id}`);
    return plan;
  }
}

function documentOf({ document }: GcPlanNode): NodePlan {
  return document as NodePlan;
}
