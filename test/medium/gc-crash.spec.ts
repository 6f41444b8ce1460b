import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentTasks } from '../../src/agents/agent-tasks.service.js';
import { AgentWorkRecords } from '../../src/agents/agent-work-records.port.js';
import type { InventoryImage } from '../../src/agents/core/inventory.js';
import { RunRecords } from '../../src/jobs/run-records.port.js';
import { ClusterView } from '../../src/cluster/cluster-view.js';
import type { JobContext } from '../../src/jobs/job-handler.js';
import { GcNodes } from '../../src/gc/gc-nodes.js';
import { GcPlans } from '../../src/gc/plans/gc-plans.service.js';
import { GcPolicies } from '../../src/gc/policies/gc-policies.service.js';
import type { NodeDisks } from '../../src/gc/triggers/node-disks.service.js';
import { GcMetrics } from '../../src/gc/gc-metrics.js';
import { ImageLedger } from '../../src/gc/ledger/image-ledger.service.js';
import { AskableAgents } from '../../src/agents/askable-agents.service.js';
import { GcPlanRecords } from '../../src/gc/plans/gc-plan-records.port.js';
import { PlanOneNode } from '../../src/gc/plans/plan-one-node.service.js';
import { GcPolicyBody } from '../../src/gc/policies/gc-policy-body.schema.js';
import { GcRemovalRecords } from '../../src/gc/removals/gc-removal-records.port.js';
import { BeginRun } from '../../src/gc/runs/begin-run.service.js';
import { CoordinateRun } from '../../src/gc/runs/coordinate-run.service.js';
import { GcRunProcessor } from '../../src/gc/runs/gc-run.processor.js';
import { GcRunRecords, type GcRunRecord } from '../../src/gc/runs/gc-run-records.port.js';
import { OrderRemoval } from '../../src/gc/runs/order-removal.service.js';
import { RunNode, type NodeAttempt } from '../../src/gc/runs/run-node.service.js';
import { SettleNode } from '../../src/gc/runs/settle-node.service.js';
import { nodePlanner } from '../../src/gc/core/plan-node.js';
import { toGcPolicy } from '../../src/gc/to-gc-policy.js';
import { SystemClock, type Clock } from '../../src/platform/clock.js';
import { eventually } from '../support/eventually.js';
import { GcApp } from '../support/gc-app.js';
import { Died, Mortal } from '../support/mortal.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';
import { AgentDied } from '../support/simulated-agents.js';

const GB = 1_000_000_000;
const anImage = (name: string): InventoryImage => ({
  id: `sha256:${name}`,
  repoTags: [`registry.example/old/${name}:1`],
  repoDigests: [],
  sizeBytes: GB,
  pinned: false,
});
const POLICY = GcPolicyBody.parse({
  dryRun: false,
  images: { minAge: '0s', rules: [{ action: 'remove', name: 'old', match: { repository: { glob: 'old/**' } } }] },
});

let records: TestRecords;
let gc: GcApp;
let nodes = 0;

beforeAll(async () => {
  records = await openPgliteRecords();
  gc = await GcApp.boot(records.database, undefined, false); // nobody else takes the jobs
});
afterAll(async () => {
  await gc.close();
  await records.close();
});

/** The handler of a node as a process that may die at any step. @param planning another planner than the program's */
function handler(mortal: Mortal, planning?: PlanOneNode): RunNode {
  const part = <Part extends object>(token: abstract new (...args: never[]) => Part): Part =>
    mortal.wrap(gc.app.get<Part>(token as never, { strict: false }));
  const clock = new SystemClock();
  const tasks = part(AgentTasks);
  const plans = part(GcPlanRecords);
  const runs = part(GcRunRecords);
  const removals = part(GcRemovalRecords);
  const metrics = gc.app.get(GcMetrics, { strict: false });
  const settle = new SettleNode(tasks, plans, runs, removals, metrics, part(ImageLedger), clock);
  const ordering = new OrderRemoval(planning ?? part(PlanOneNode), plans, removals, tasks, clock);
  return new RunNode(runs, part(RunRecords), part(AskableAgents), ordering, settle, tasks, clock);
}

/** A run of one node, taken. @param isApproved its plan is there before, as somebody has read it */
async function aRun(isApproved: boolean) {
  const name = `crash-${String((nodes += 1))}`;
  const [node] = await gc.agents.add(name);
  if (!node) throw new Error('no node');
  node.images = ['a', 'b', 'c', 'd'].map(anImage);
  const run = randomUUID();
  const nowMs = Date.now();
  const common = { policy: 'p', policyVersion: 1, policyBody: POLICY };
  const plans = gc.app.get(GcPlanRecords);
  await plans.begin({ id: run, ...common, madeBy: 'ann', madeAtMs: nowMs, expiresAtMs: nowMs + 3_600_000 });
  if (isApproved) {
    const planning = gc.app.get(PlanOneNode, { strict: false });
    const document = await planning.now(name, nodePlanner(toGcPolicy(POLICY)), new AbortController().signal);
    await plans.putNodes(run, [{ node: name, document }]);
    await plans.complete(run, 'digest');
  }
  await gc.app
    .get(RunRecords)
    .insert({ id: run, kind: 'gc.run', jobId: run, payload: { policy: 'p' }, startedBy: 'ann', createdAtMs: nowMs });
  const runs = gc.app.get(GcRunRecords);
  const times = { startedBy: 'ann', startedAtMs: nowMs, deadlineMs: nowMs + 3_600_000 };
  await runs.insert({ run, ...common, plan: run, isApproved, isDryRun: false, ...times }, [name]);
  await runs.changeNode(run, name, { from: 'pending', to: 'running', because: 'taken', atMs: nowMs });
  return { run, node, runs };
}

/** Carries the node out by processes of which each dies one step later than the one before, until one lives to the end. */
async function carryOutDying(run: string, node: string, firstDeath: number): Promise<number> {
  for (let death = firstDeath, deaths = 0; ; death += 1, deaths += 1) {
    const mortal = new Mortal(death);
    try {
      await handler(mortal).carryOut({ run, node, attempt: 1 }, new AbortController().signal);
    } catch (error) {
      if (!(error instanceof Died)) throw error;
    }
    if (mortal.lived) return deaths;
  }
}

describe.each([
  ['an approved plan', true],
  ["the run's own plan", false],
])('a process that dies at any step, with %s', (_, isApproved) => {
  it('leaves the same end state and a complete audit when it is done again', async () => {
    const { run, node, runs } = await aRun(isApproved);
    node.images.push({ ...anImage('kept'), repoTags: ['registry.example/new/kept:1'] });
    const deaths = await carryOutDying(run, node.name, 1);
    expect(deaths).toBeGreaterThan(20);
    expect(node.removed.toSorted()).toEqual(['a', 'b', 'c', 'd'].map((name) => `image/sha256:${name}`));
    expect(node.images.map(({ id }) => id)).toEqual(['sha256:kept']);
    const rows = await gc.app.get(GcRemovalRecords).list({ run }, 100);
    expect(rows.map(({ item, result }) => `${item} ${result}`).toSorted()).toEqual(
      ['a', 'b', 'c', 'd'].map((name) => `image/sha256:${name} removed`),
    );
    expect(await runs.node(run, node.name)).toMatchObject({
      state: 'succeeded',
      outcome: { planned: 4, removed: 4, freedBytes: 4 * GB },
    });
  });
});

/** The queue as the coordinator sees it: a node's job is carried out at once, by a process that lives. */
class NodeJobs {
  readonly jobs = new Map<string, { state: 'active' | 'completed' }>();
  readonly running: Promise<void>[] = [];

  async enqueue(name: string, payload: object, { id }: { id: string }): Promise<string> {
    if (this.jobs.has(id)) return id;
    const job: { state: 'active' | 'completed' } = { state: 'active' };
    this.jobs.set(id, job);
    if (name !== 'gc.run-node') return id;
    const done = handler(new Mortal(Infinity)).carryOut(payload as NodeAttempt, new AbortController().signal);
    this.running.push(done.finally(() => (job.state = 'completed')));
    return id;
  }

  async find(_: string, id: string): Promise<object | undefined> {
    return this.jobs.get(id);
  }
}

/** Looks at once again, by a clock that goes fast: what a coordinator waits for comes soon. */
class QuickCoordinator extends CoordinateRun {
  override coordinate(run: GcRunRecord, total: number, context: JobContext): Promise<void> {
    return super.coordinate(run, total, context, 1);
  }
}

/** Nodes are taken by name: nobody asks how full disks are. */
const noDisks = {} as NodeDisks;

function coordinator(mortal: Mortal, jobs: NodeJobs, clock: Clock): GcRunProcessor {
  const found = <Part extends object>(token: abstract new (...args: never[]) => Part): Part =>
    gc.app.get<Part>(token, { strict: false });
  const part = <Part extends object>(token: abstract new (...args: never[]) => Part): Part => mortal.wrap(found(token));
  const queue = mortal.wrap(jobs) as never;
  const [runs, plans, policies] = [part(GcRunRecords), part(GcPlanRecords), part(GcPolicies)];
  const [nodeList, view] = [found(GcNodes), found(ClusterView)];
  const begin = [runs, part(RunRecords), policies, found(GcPlans), plans, nodeList, noDisks, view, clock] as const;
  const coordinate = [runs, part(AskableAgents), queue, part(AgentTasks), part(SettleNode), clock] as const;
  return new GcRunProcessor(new BeginRun(...begin), new QuickCoordinator(...coordinate), runs, queue);
}

it('ends a run the same when its coordinator dies at every step', async () => {
  const names = ['first', 'second', 'third'].map((name) => `crash-${name}`);
  for (const name of names) gc.outside.watch.put('nodes', { metadata: { name } });
  const made = await gc.agents.add(...names);
  for (const node of made) node.images = ['a', 'b'].map(anImage);
  await gc.app.get(GcPolicies, { strict: false }).create('all', { ...POLICY, nodes: { names }, nodesAtOnce: 2 }, 'ann');
  const run = randomUUID();
  const row = {
    id: run,
    kind: 'gc.run',
    jobId: run,
    payload: { policy: 'all' },
    startedBy: 'ann',
    createdAtMs: Date.now(),
  };
  await gc.app.get(RunRecords).insert(row);
  const jobs = new NodeJobs();
  let aheadMs = 0;
  const clock = { now: () => Date.now() + (aheadMs += 1_000) };
  const context = { runId: run, signal: new AbortController().signal, progress: () => undefined };
  let result: unknown;
  let deaths = 0;
  for (; result === undefined; deaths += 1)
    result = await coordinator(new Mortal(deaths + 1), jobs, clock)
      .handle({ policy: 'all' }, context as never)
      .catch((error: unknown) => {
        if (!(error instanceof Died)) throw error;
        return undefined;
      });
  await Promise.all(jobs.running);
  expect(deaths).toBeGreaterThan(20);
  expect(result).toMatchObject({ nodes: 3, planned: 6, removed: 6, failed: 0, freedBytes: 6 * GB });
  for (const { removed } of made) expect(removed).toEqual(['image/sha256:a', 'image/sha256:b']);
  const rows = await gc.app.get(GcRemovalRecords).list({ run }, 100);
  expect(rows.map(({ node, item, result: became }) => `${node} ${item} ${became}`).toSorted()).toEqual(
    names.flatMap((name) => ['a', 'b'].map((id) => `${name} image/sha256:${id} removed`)).toSorted(),
  );
  expect([...jobs.jobs.keys()].filter((id) => id === run)).toHaveLength(1); // who is told of it is told once
});

it('removes nothing twice when two processes carry out one node at once', async () => {
  const { run, node, runs } = await aRun(true);
  const both = [1, 2].map(() =>
    handler(new Mortal(Infinity)).carryOut({ run, node: node.name, attempt: 1 }, new AbortController().signal),
  );
  await Promise.all(both);
  expect(node.removed.toSorted()).toEqual(['a', 'b', 'c', 'd'].map((name) => `image/sha256:${name}`));
  expect(await gc.app.get(GcRemovalRecords).list({ run }, 100)).toHaveLength(4);
  expect(await runs.node(run, node.name)).toMatchObject({ state: 'succeeded', outcome: { removed: 4 } });
});

it('says that the end of an item is unknown when its agent has died over it for good', async () => {
  const { run, node, runs } = await aRun(true);
  let items = 0;
  node.beforeItem = () => {
    if ((items += 1) === 3) throw new AgentDied();
  };
  const running = handler(new Mortal(Infinity)).carryOut(
    { run, node: node.name, attempt: 1 },
    new AbortController().signal,
  );
  const tasks = gc.app.get(AgentTasks, { strict: false });
  const id = `gc-${run}-${node.name}-1`;
  await eventually('two are told of', async () => node.removed.length === 2);
  const told = {
    sequence: 5,
    items: [{ key: 'image/sha256:c', state: 'removing' as const, because: 'x', atMs: Date.now() }],
  };
  const work = gc.app.get(AgentWorkRecords);
  await work.report({ task: id, node: node.name, attempt: 1 }, told, Date.now(), 60_000);
  await work.finish({ task: id, node: node.name, attempt: 1 }, { to: 'failed', error: 'it was killed' }, Date.now());
  await running;
  expect((await tasks.find(id))?.state).toBe('failed');
  const rows = await gc.app.get(GcRemovalRecords).list({ run, result: 'unknown' }, 10);
  expect(rows.map(({ item }) => item)).toEqual(['image/sha256:c']);
  expect(await runs.node(run, node.name)).toMatchObject({
    state: 'partial',
    because: '2 of 4 removed, 1 failed, 1 not reached: it was killed',
  });
});

const THE_FOUR = ['a', 'b', 'c', 'd'].map((name) => `image/sha256:${name} removed`);
const auditOf = async (run: string): Promise<string[]> => {
  const rows = await gc.app.get(GcRemovalRecords).list({ run }, 100);
  return rows.map(({ item, result }) => `${item} ${result}`).toSorted();
};

it('goes by the plan that was made first when a process that was stalled plans the same node again', async () => {
  const { run, node, runs } = await aRun(false);
  const halfDone = Promise.withResolvers<void>();
  const hasPlanned = Promise.withResolvers<void>();
  let items = 0;
  node.beforeItem = async () => {
    if ((items += 1) !== 3) return;
    halfDone.resolve();
    await hasPlanned.promise;
  };
  const planning = gc.app.get(PlanOneNode, { strict: false });
  const late = {
    now: async (...asked: Parameters<PlanOneNode['now']>) => {
      await halfDone.promise; // it has found no task, and now comes to plan
      const plan = await planning.now(...asked);
      hasPlanned.resolve();
      return plan;
    },
  } as PlanOneNode;
  const attempt = { run, node: node.name, attempt: 1 };
  const stalled = handler(new Mortal(Infinity), late).carryOut(attempt, new AbortController().signal);
  const other = handler(new Mortal(Infinity)).carryOut(attempt, new AbortController().signal);
  await Promise.all([stalled, other]);
  expect(await auditOf(run)).toEqual(THE_FOUR);
  const plan = await gc.app.get(GcPlanRecords).node(run, node.name);
  expect(plan?.document).toMatchObject({ sums: { images: 4 } });
  expect(await runs.node(run, node.name)).toMatchObject({ state: 'succeeded', outcome: { planned: 4, removed: 4 } });
});

it("goes on with the run's plan, and with nothing else, when the agent of a node returns that went away in the middle", async () => {
  const { run, node, runs } = await aRun(false);
  let items = 0;
  node.beforeItem = () => {
    if ((items += 1) === 3) throw new AgentDied();
  };
  const id = `gc-${run}-${node.name}-1`;
  const first = handler(new Mortal(Infinity)).carryOut(
    { run, node: node.name, attempt: 1 },
    new AbortController().signal,
  );
  await eventually('two are gone', () => node.removed.length === 2);
  await gc.app.get(AgentWorkRecords).finish({ task: id, node: node.name, attempt: 1 }, { to: 'cancelled' }, Date.now());
  await first;
  expect(await runs.node(run, node.name)).toMatchObject({ state: 'waiting' });
  node.images.push(anImage('later'));
  await runs.changeNode(run, node.name, { from: 'waiting', to: 'running', because: 'it is back', atMs: Date.now() });
  await handler(new Mortal(Infinity)).carryOut({ run, node: node.name, attempt: 2 }, new AbortController().signal);
  expect(node.images.map(({ id: image }) => image)).toEqual(['sha256:later']);
  expect(await auditOf(run)).toEqual(THE_FOUR);
  expect(await runs.node(run, node.name)).toMatchObject({
    state: 'succeeded',
    because: '4 of 4 removed',
    outcome: { planned: 4, removed: 4, freedBytes: 4 * GB },
  });
});

it('says of what an agent had begun that its end is unknown when it holds its task long after the deadline', async () => {
  const { run, node, runs } = await aRun(true);
  node.beforeItem = () => {
    throw new AgentDied();
  };
  const stop = new AbortController();
  const worker = handler(new Mortal(Infinity)).carryOut({ run, node: node.name, attempt: 1 }, stop.signal);
  const attempt = { task: `gc-${run}-${node.name}-1`, node: node.name, attempt: 1 };
  const work = gc.app.get(AgentWorkRecords);
  const begun = [{ key: 'image/sha256:a', state: 'removing' as const, because: 'x', atMs: Date.now() }];
  await eventually('its agent has begun', async () => {
    const noted = await work.report(attempt, { sequence: 9, items: begun }, Date.now(), 3_600_000);
    return typeof noted !== 'string';
  });
  stop.abort(new Error('the worker is killed'));
  await expect(worker).rejects.toThrow('the worker is killed');
  const [record] = await runs.find([run]);
  if (!record) throw new Error('no run');
  let aheadMs = record.deadlineMs - Date.now();
  const clock = { now: () => Date.now() + (aheadMs += 20_000) };
  const parts = [AskableAgents, AgentTasks, SettleNode].map((token) => gc.app.get(token as never, { strict: false }));
  const [agents, tasks, settle] = parts as unknown as [AskableAgents, AgentTasks, SettleNode];
  const coordinating = new QuickCoordinator(runs, agents, new NodeJobs() as never, tasks, settle, clock);
  const context = { signal: new AbortController().signal, progress: () => undefined };
  await coordinating.coordinate(record, 1, context as never);
  expect(await auditOf(run)).toEqual(['image/sha256:a unknown']);
  expect(await runs.node(run, node.name)).toMatchObject({ state: 'failed', outcome: { failed: 1, notReached: 3 } });
});

it('dates what became of an item within the run, whatever the clock of its node says', async () => {
  const { run, node } = await aRun(true);
  const startedAtMs = Date.now();
  node.clockAheadMs = -40 * 365 * 86_400_000;
  await handler(new Mortal(Infinity)).carryOut({ run, node: node.name, attempt: 1 }, new AbortController().signal);
  const ahead = await aRun(true);
  ahead.node.clockAheadMs = 365 * 86_400_000;
  const attempt = { run: ahead.run, node: ahead.node.name, attempt: 1 };
  await handler(new Mortal(Infinity)).carryOut(attempt, new AbortController().signal);
  const removals = gc.app.get(GcRemovalRecords);
  const rows = [...(await removals.list({ run }, 9)), ...(await removals.list({ run: ahead.run }, 9))];
  expect(rows).toHaveLength(8);
  for (const { atMs } of rows) {
    expect(atMs).toBeGreaterThanOrEqual(startedAtMs - 60_000);
    expect(atMs).toBeLessThanOrEqual(Date.now());
  }
});
