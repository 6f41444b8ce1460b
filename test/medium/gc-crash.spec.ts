import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentTaskRecords } from '../../src/agents/agent-task-records.port.js';
import { AgentTasks } from '../../src/agents/agent-tasks.service.js';
import { AgentWorkRecords } from '../../src/agents/agent-work-records.port.js';
import { GcPlanRecords } from '../../src/gc/plans/gc-plan-records.port.js';
import { PlanOneNode } from '../../src/gc/plans/plan-one-node.service.js';
import { GcPolicies } from '../../src/gc/policies/gc-policies.service.js';
import { GcRemovalRecords } from '../../src/gc/removals/gc-removal-records.port.js';
import { RunRecords } from '../../src/jobs/run-records.port.js';
import { eventually } from '../support/eventually.js';
import { anImage, GB, GcRunsRig, NodeJobs, POLICY } from '../support/gc-runs-rig.js';
import { Died, Mortal } from '../support/mortal.js';
import { AgentDied } from '../support/simulated-agents.js';

const THE_FOUR = ['a', 'b', 'c', 'd'].map((name) => `image/sha256:${name} removed`);

let rig: GcRunsRig;
beforeAll(async () => {
  rig = await GcRunsRig.boot();
});
afterAll(() => rig.close());

/** Carries the node out by processes of which each dies one step later than the one before, until one lives to the end. */
async function carryOutDying(run: string, node: string, firstDeath: number): Promise<number> {
  for (let death = firstDeath, deaths = 0; ; death += 1, deaths += 1) {
    const mortal = new Mortal(death);
    try {
      await rig.handler(mortal).carryOut({ run, node, attempt: 1 }, new AbortController().signal);
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
    const { run, node, runs } = await rig.aRun(isApproved);
    node.images.push({ ...anImage('kept'), repoTags: ['registry.example/new/kept:1'] });
    const deaths = await carryOutDying(run, node.name, 1);
    expect(deaths).toBeGreaterThan(20);
    expect(node.removed.toSorted()).toEqual(['a', 'b', 'c', 'd'].map((name) => `image/sha256:${name}`));
    expect(node.images.map(({ id }) => id)).toEqual(['sha256:kept']);
    const rows = await rig.found(GcRemovalRecords).list({ run }, 100);
    expect(rows.map(({ item, result }) => `${item} ${result}`).toSorted()).toEqual(
      ['a', 'b', 'c', 'd'].map((name) => `image/sha256:${name} removed`),
    );
    expect(await runs.node(run, node.name)).toMatchObject({
      state: 'succeeded',
      outcome: { planned: 4, removed: 4, freedBytes: 4 * GB },
    });
  });
});

it('ends a run the same when its coordinator dies at every step', async () => {
  const names = ['first', 'second', 'third'].map((name) => `crash-${name}`);
  for (const name of names) rig.gc.outside.watch.put('nodes', { metadata: { name } });
  const made = await rig.gc.agents.add(...names);
  for (const node of made) node.images = ['a', 'b'].map(anImage);
  await rig.found(GcPolicies).create('all', { ...POLICY, nodes: { names }, nodesAtOnce: 2 }, 'ann');
  const run = randomUUID();
  const row = {
    id: run,
    kind: 'gc.run',
    jobId: run,
    payload: { policy: 'all' },
    startedBy: 'ann',
    createdAtMs: Date.now(),
  };
  await rig.found(RunRecords).insert(row);
  const jobs = new NodeJobs(rig);
  let aheadMs = 0;
  const clock = { now: () => Date.now() + (aheadMs += 1_000) };
  const context = { runId: run, signal: new AbortController().signal, progress: () => undefined };
  let result: unknown;
  let deaths = 0;
  for (; result === undefined; deaths += 1)
    result = await rig
      .coordinator(new Mortal(deaths + 1), jobs, clock)
      .handle({ policy: 'all' }, context as never)
      .catch((error: unknown) => {
        if (!(error instanceof Died)) throw error;
        return undefined;
      });
  await Promise.all(jobs.running);
  expect(deaths).toBeGreaterThan(20);
  expect(result).toMatchObject({ nodes: 3, planned: 6, removed: 6, failed: 0, freedBytes: 6 * GB });
  for (const { removed } of made) expect(removed).toEqual(['image/sha256:a', 'image/sha256:b']);
  const rows = await rig.found(GcRemovalRecords).list({ run }, 100);
  expect(rows.map(({ node, item, result: became }) => `${node} ${item} ${became}`).toSorted()).toEqual(
    names.flatMap((name) => ['a', 'b'].map((id) => `${name} image/sha256:${id} removed`)).toSorted(),
  );
  expect([...jobs.jobs.keys()].filter((id) => id === run)).toHaveLength(1); // who is told of it is told once
});

it('removes nothing twice when two processes carry out one node at once', async () => {
  const { run, node, runs } = await rig.aRun(true);
  const both = [1, 2].map(() => rig.carryOut({ run, node: node.name, attempt: 1 }));
  await Promise.all(both);
  expect(node.removed.toSorted()).toEqual(['a', 'b', 'c', 'd'].map((name) => `image/sha256:${name}`));
  expect(await rig.found(GcRemovalRecords).list({ run }, 100)).toHaveLength(4);
  expect(await runs.node(run, node.name)).toMatchObject({ state: 'succeeded', outcome: { removed: 4 } });
});

it('says that the end of an item is unknown when its agent has died over it for good', async () => {
  const { run, node, runs } = await rig.aRun(true);
  let items = 0;
  node.beforeItem = () => {
    if ((items += 1) === 3) throw new AgentDied();
  };
  const running = rig.carryOut({ run, node: node.name, attempt: 1 });
  const tasks = rig.found(AgentTasks);
  const id = `gc-${run}-${node.name}-1`;
  await eventually('two are told of', async () => node.removed.length === 2);
  const told = {
    sequence: 5,
    items: [{ key: 'image/sha256:c', state: 'removing' as const, because: 'x', atMs: Date.now() }],
  };
  const work = rig.found(AgentWorkRecords);
  await work.report({ task: id, node: node.name, attempt: 1 }, told, Date.now(), 60_000);
  await work.finish({ task: id, node: node.name, attempt: 1 }, { to: 'failed', error: 'it was killed' }, Date.now());
  await running;
  expect((await tasks.find(id))?.state).toBe('failed');
  const rows = await rig.found(GcRemovalRecords).list({ run, result: 'unknown' }, 10);
  expect(rows.map(({ item }) => item)).toEqual(['image/sha256:c']);
  expect(await runs.node(run, node.name)).toMatchObject({
    state: 'partial',
    because: '2 of 4 removed, 1 failed, 1 not reached: it was killed',
  });
});

it('goes by the plan that was made first when a process that was stalled plans the same node again', async () => {
  const { run, node, runs } = await rig.aRun(false);
  const halfDone = Promise.withResolvers<void>();
  const hasPlanned = Promise.withResolvers<void>();
  let items = 0;
  node.beforeItem = async () => {
    if ((items += 1) !== 3) return;
    halfDone.resolve();
    await hasPlanned.promise;
  };
  const planning = rig.found(PlanOneNode);
  const late = {
    now: async (...asked: Parameters<PlanOneNode['now']>) => {
      await halfDone.promise; // it has found no task, and now comes to plan
      const plan = await planning.now(...asked);
      hasPlanned.resolve();
      return plan;
    },
  } as PlanOneNode;
  const attempt = { run, node: node.name, attempt: 1 };
  const stalled = rig.handler(new Mortal(Infinity), late).carryOut(attempt, new AbortController().signal);
  const other = rig.carryOut(attempt);
  await Promise.all([stalled, other]);
  expect(await rig.auditOf(run)).toEqual(THE_FOUR);
  const plan = await rig.found(GcPlanRecords).node(run, node.name);
  expect(plan?.document).toMatchObject({ sums: { images: 4 } });
  expect(await runs.node(run, node.name)).toMatchObject({ state: 'succeeded', outcome: { planned: 4, removed: 4 } });
});

it("goes on with the run's plan, and with nothing else, when the agent of a node returns that went away in the middle", async () => {
  const { run, node, runs } = await rig.aRun(false);
  let items = 0;
  node.beforeItem = () => {
    if ((items += 1) === 3) throw new AgentDied();
  };
  const id = `gc-${run}-${node.name}-1`;
  const first = rig.carryOut({ run, node: node.name, attempt: 1 });
  await eventually('two are gone', () => node.removed.length === 2);
  await rig.found(AgentWorkRecords).finish({ task: id, node: node.name, attempt: 1 }, { to: 'cancelled' }, Date.now());
  await first;
  expect(await runs.node(run, node.name)).toMatchObject({ state: 'waiting' });
  node.images.push(anImage('later'));
  await runs.changeNode(run, node.name, { from: 'waiting', to: 'running', because: 'it is back', atMs: Date.now() });
  await rig.carryOut({ run, node: node.name, attempt: 2 });
  expect(node.images.map(({ id: image }) => image)).toEqual(['sha256:later']);
  expect(await rig.auditOf(run)).toEqual(THE_FOUR);
  expect(await runs.node(run, node.name)).toMatchObject({
    state: 'succeeded',
    because: '4 of 4 removed',
    outcome: { planned: 4, removed: 4, freedBytes: 4 * GB },
  });
});

it('gives a later attempt what is left of the cap of seconds since the first that an agent took', async () => {
  const { run, node, runs } = await rig.aRun(false, { ...POLICY, caps: { seconds: 3_600 } });
  const nowMs = Date.now();
  const order = { items: [], keepImages: [], imagesPerMinute: 1, deadlineMs: 1 };
  const task = { node: node.name, kind: 'remove' as const, order };
  const idOf = (attempt: number): string => `gc-${run}-${node.name}-${String(attempt)}`;
  const records = rig.found(AgentTaskRecords);
  await records.insert([{ ...task, id: idOf(1), deadlineAtMs: nowMs - 1 }], nowMs - 5_000_000); // nobody took it
  await records.insert([{ ...task, id: idOf(2), deadlineAtMs: nowMs + 3_600_000 }], nowMs - 600_000);
  await eventually('its agent took the second', async () => (await records.find([idOf(2)]))[0]?.state === 'done');
  for (const _ of [2, 3]) {
    await runs.changeNode(run, node.name, { from: 'running', to: 'waiting', because: 'it is away', atMs: nowMs });
    await runs.changeNode(run, node.name, { from: 'waiting', to: 'running', because: 'it is back', atMs: nowMs });
  }
  await rig.carryOut({ run, node: node.name, attempt: 3 });
  expect(node.removed).toHaveLength(4);
  expect(node.orders.at(-1)?.deadlineMs).toBeLessThanOrEqual(3_000_000);
  expect(node.orders.at(-1)?.deadlineMs).toBeGreaterThan(1);
});

it('says of what an agent had begun that its end is unknown when it holds its task long after the deadline', async () => {
  const { run, node, runs } = await rig.aRun(true);
  node.beforeItem = () => {
    throw new AgentDied();
  };
  const stop = new AbortController();
  const worker = rig.carryOut({ run, node: node.name, attempt: 1 }, stop.signal);
  const attempt = { task: `gc-${run}-${node.name}-1`, node: node.name, attempt: 1 };
  const work = rig.found(AgentWorkRecords);
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
  const coordinating = rig.quickCoordinator(new Mortal(Infinity), new NodeJobs(rig), clock);
  const context = { signal: new AbortController().signal, progress: () => undefined };
  await coordinating.coordinate(record, 1, context as never);
  expect(await rig.auditOf(run)).toEqual(['image/sha256:a unknown']);
  expect(await runs.node(run, node.name)).toMatchObject({ state: 'failed', outcome: { failed: 1, notReached: 3 } });
});

it('dates what became of an item within the run, whatever the clock of its node says', async () => {
  const { run, node } = await rig.aRun(true);
  const startedAtMs = Date.now();
  node.clockAheadMs = -40 * 365 * 86_400_000;
  await rig.carryOut({ run, node: node.name, attempt: 1 });
  const ahead = await rig.aRun(true);
  ahead.node.clockAheadMs = 365 * 86_400_000;
  const attempt = { run: ahead.run, node: ahead.node.name, attempt: 1 };
  await rig.carryOut(attempt);
  const removals = rig.found(GcRemovalRecords);
  const rows = [...(await removals.list({ run }, 9)), ...(await removals.list({ run: ahead.run }, 9))];
  expect(rows).toHaveLength(8);
  for (const { atMs } of rows) {
    expect(atMs).toBeGreaterThanOrEqual(startedAtMs - 60_000);
    expect(atMs).toBeLessThanOrEqual(Date.now());
  }
});
