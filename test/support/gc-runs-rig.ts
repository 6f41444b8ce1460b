import { randomUUID } from 'node:crypto';
import { AgentTasks } from '../../src/agents/agent-tasks.service.js';
import { AskableAgents } from '../../src/agents/askable-agents.service.js';
import type { InventoryImage } from '../../src/agents/core/inventory.js';
import { ClusterView } from '../../src/cluster/cluster-view.js';
import { nodePlanner } from '../../src/gc/core/plan-node.js';
import { GcMetrics } from '../../src/gc/gc-metrics.js';
import { GcNodes } from '../../src/gc/gc-nodes.js';
import { ImageLedger } from '../../src/gc/ledger/image-ledger.service.js';
import { GcPlanRecords } from '../../src/gc/plans/gc-plan-records.port.js';
import { GcPlans } from '../../src/gc/plans/gc-plans.service.js';
import { PlanOneNode } from '../../src/gc/plans/plan-one-node.service.js';
import { GcPolicies } from '../../src/gc/policies/gc-policies.service.js';
import { GcPolicyBody } from '../../src/gc/policies/gc-policy-body.schema.js';
import { GcRemovalRecords } from '../../src/gc/removals/gc-removal-records.port.js';
import { BeginRun } from '../../src/gc/runs/begin-run.service.js';
import { CoordinateRun } from '../../src/gc/runs/coordinate-run.service.js';
import { GcRunProcessor } from '../../src/gc/runs/gc-run.processor.js';
import { GcRunRecords, type GcRunRecord } from '../../src/gc/runs/gc-run-records.port.js';
import { OrderRemoval } from '../../src/gc/runs/order-removal.service.js';
import { RunNode, type NodeAttempt } from '../../src/gc/runs/run-node.service.js';
import { SettleNode } from '../../src/gc/runs/settle-node.service.js';
import { toGcPolicy } from '../../src/gc/to-gc-policy.js';
import type { NodeDisks } from '../../src/gc/triggers/node-disks.service.js';
import type { JobContext } from '../../src/jobs/job-handler.js';
import { RunRecords } from '../../src/jobs/run-records.port.js';
import { SystemClock, type Clock } from '../../src/platform/clock.js';
import { GcApp } from './gc-app.js';
import { Mortal } from './mortal.js';
import { openPgliteRecords, type TestRecords } from './records.js';

export const GB = 1_000_000_000;

/** An image that the policy removes. */
export const anImage = (name: string): InventoryImage => ({
  id: `sha256:${name}`,
  repoTags: [`registry.example/old/${name}:1`],
  repoDigests: [],
  sizeBytes: GB,
  pinned: false,
});
export const POLICY = GcPolicyBody.parse({
  dryRun: false,
  images: { minAge: '0s', rules: [{ action: 'remove', name: 'old', match: { repository: { glob: 'old/**' } } }] },
});
/** Nodes are taken by name: nobody asks how full disks are. */
const noDisks = {} as NodeDisks;

/** Looks at once again, by a clock that goes fast: what a coordinator waits for comes soon. */
class QuickCoordinator extends CoordinateRun {
  override coordinate(run: GcRunRecord, total: number, context: JobContext): Promise<void> {
    return super.coordinate(run, total, context, 1);
  }
}

/** The handlers of runs as processes that may die at any step, on records and simulated agents; nobody else takes the jobs. */
export class GcRunsRig {
  private nodes = 0;

  private constructor(
    readonly gc: GcApp,
    private readonly records: TestRecords,
  ) {}

  static async boot(): Promise<GcRunsRig> {
    const records = await openPgliteRecords();
    return new GcRunsRig(await GcApp.boot(records.database, undefined, false), records);
  }

  found<Part extends object>(token: abstract new (...args: never[]) => Part): Part {
    return this.gc.app.get<Part>(token, { strict: false });
  }

  /** The handler of a node. @param planning another planner than the program's */
  handler(mortal: Mortal, planning?: PlanOneNode): RunNode {
    const part = <Part extends object>(token: abstract new (...args: never[]) => Part): Part =>
      mortal.wrap(this.found(token));
    const clock = new SystemClock();
    const tasks = part(AgentTasks);
    const plans = part(GcPlanRecords);
    const runs = part(GcRunRecords);
    const removals = part(GcRemovalRecords);
    const ledger = part(ImageLedger);
    const settle = new SettleNode(tasks, plans, runs, removals, this.found(GcMetrics), ledger, clock);
    const ordering = new OrderRemoval(planning ?? part(PlanOneNode), plans, removals, ledger, tasks, clock);
    return new RunNode(runs, part(RunRecords), part(AskableAgents), ordering, settle, tasks, clock);
  }

  /** Carries an attempt at a node out by a process that lives. */
  carryOut(attempt: NodeAttempt, signal = new AbortController().signal): Promise<void> {
    return this.handler(new Mortal(Infinity)).carryOut(attempt, signal);
  }

  /** A run of one node with four images to go, taken. @param isApproved its plan is there before, as somebody has read it */
  async aRun(isApproved: boolean, policyBody = POLICY) {
    const name = `crash-${String((this.nodes += 1))}`;
    const [node] = await this.gc.agents.add(name);
    if (!node) throw new Error('no node');
    node.images = ['a', 'b', 'c', 'd'].map(anImage);
    const run = randomUUID();
    const nowMs = Date.now();
    const common = { policy: 'p', policyVersion: 1, policyBody };
    const plans = this.found(GcPlanRecords);
    await plans.begin({ id: run, ...common, madeBy: 'ann', madeAtMs: nowMs, expiresAtMs: nowMs + 3_600_000 });
    if (isApproved) {
      const planner = nodePlanner(toGcPolicy(policyBody));
      const document = await this.found(PlanOneNode).now(name, planner, new AbortController().signal);
      await plans.putNodes(run, [{ node: name, document }]);
      await plans.complete(run, 'digest');
    }
    const row = { id: run, kind: 'gc.run', jobId: run, payload: { policy: 'p' }, startedBy: 'ann', createdAtMs: nowMs };
    await this.found(RunRecords).insert(row);
    const runs = this.found(GcRunRecords);
    const times = { startedBy: 'ann', startedAtMs: nowMs, deadlineMs: nowMs + 3_600_000 };
    await runs.insert({ run, ...common, plan: run, isApproved, isDryRun: false, ...times }, [name]);
    await runs.changeNode(run, name, { from: 'pending', to: 'running', because: 'taken', atMs: nowMs });
    return { run, node, runs };
  }

  /** What the audit has of a run's items. */
  async auditOf(run: string): Promise<string[]> {
    const rows = await this.found(GcRemovalRecords).list({ run }, 100);
    return rows.map(({ item, result }) => `${item} ${result}`).toSorted();
  }

  /** Sees to the nodes of a run, by a clock that goes fast. */
  quickCoordinator(mortal: Mortal, jobs: NodeJobs, clock: Clock): CoordinateRun {
    const part = <Part extends object>(token: abstract new (...args: never[]) => Part): Part =>
      mortal.wrap(this.found(token));
    const [runs, agents, queue] = [part(GcRunRecords), part(AskableAgents), mortal.wrap(jobs) as never];
    return new QuickCoordinator(runs, agents, queue, part(AgentTasks), part(SettleNode), clock);
  }

  /** The handler of a run. */
  coordinator(mortal: Mortal, jobs: NodeJobs, clock: Clock): GcRunProcessor {
    const part = <Part extends object>(token: abstract new (...args: never[]) => Part): Part =>
      mortal.wrap(this.found(token));
    const [runs, plans, policies] = [part(GcRunRecords), part(GcPlanRecords), part(GcPolicies)];
    const [nodes, view, approved] = [this.found(GcNodes), this.found(ClusterView), this.found(GcPlans)];
    const begin = new BeginRun(runs, part(RunRecords), policies, approved, plans, nodes, noDisks, view, clock);
    return new GcRunProcessor(begin, this.quickCoordinator(mortal, jobs, clock), runs, mortal.wrap(jobs) as never);
  }

  async close(): Promise<void> {
    await this.gc.close();
    await this.records.close();
  }
}

/** The queue as the coordinator sees it: a node's job is carried out at once, by a process that lives. */
export class NodeJobs {
  readonly jobs = new Map<string, { state: 'active' | 'completed' }>();
  readonly running: Promise<void>[] = [];

  constructor(private readonly rig: GcRunsRig) {}

  async enqueue(name: string, payload: object, { id }: { id: string }): Promise<string> {
    if (this.jobs.has(id)) return id;
    const job: { state: 'active' | 'completed' } = { state: 'active' };
    this.jobs.set(id, job);
    if (name !== 'gc.run-node') return id;
    const done = this.rig.carryOut(payload as NodeAttempt);
    this.running.push(done.finally(() => (job.state = 'completed')));
    return id;
  }

  async find(_: string, id: string): Promise<object | undefined> {
    return this.jobs.get(id);
  }
}
