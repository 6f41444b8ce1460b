import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentTasks } from '../../src/agents/agent-tasks.service.js';
import { AgentWorkRecords } from '../../src/agents/agent-work-records.port.js';
import type { InventoryImage } from '../../src/agents/core/inventory.js';
import { RunRecords } from '../../src/jobs/run-records.port.js';
import { GcMetrics } from '../../src/gc/gc-metrics.js';
import { ImageLedger } from '../../src/gc/ledger/image-ledger.service.js';
import { AskableAgents } from '../../src/gc/plans/askable-agents.service.js';
import { GcPlanRecords } from '../../src/gc/plans/gc-plan-records.port.js';
import { PlanOneNode } from '../../src/gc/plans/plan-one-node.service.js';
import { GcPolicyBody } from '../../src/gc/policies/gc-policy-body.schema.js';
import { GcRemovalRecords } from '../../src/gc/removals/gc-removal-records.port.js';
import { GcRunRecords } from '../../src/gc/runs/gc-run-records.port.js';
import { OrderRemoval } from '../../src/gc/runs/order-removal.service.js';
import { RunNode } from '../../src/gc/runs/run-node.service.js';
import { SettleNode } from '../../src/gc/runs/settle-node.service.js';
import { nodePlanner } from '../../src/gc/core/plan-node.js';
import { toGcPolicy } from '../../src/gc/to-gc-policy.js';
import { SystemClock } from '../../src/platform/clock.js';
import { eventually } from '../support/eventually.js';
import { GcApp } from '../support/gc-app.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';
import { AgentDied } from '../support/simulated-agents.js';

/** The process has died: nothing of it goes on. */
class Died extends Error {}

/** Lets a process die before or after its n-th step to the outside. */
class Mortal {
  private points = 0;
  constructor(private readonly diesAt: number) {}

  get lived(): boolean {
    return this.points < this.diesAt;
  }

  wrap<Part extends object>(part: Part): Part {
    return new Proxy(part, {
      get: (target, name) => {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function') return value;
        return async (...given: unknown[]): Promise<unknown> => {
          this.step();
          const result: unknown = await (value as (...given: unknown[]) => unknown).apply(target, given);
          this.step();
          return result;
        };
      },
    });
  }

  private step(): void {
    this.points += 1;
    if (this.points === this.diesAt) throw new Died();
  }
}

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
}, 60_000);
afterAll(async () => {
  await gc.close();
  await records.close();
});

/** The handler of a node as a process that may die at any step. */
function handler(mortal: Mortal): RunNode {
  const part = <Part extends object>(token: abstract new (...args: never[]) => Part): Part =>
    mortal.wrap(gc.app.get<Part>(token as never, { strict: false }));
  const clock = new SystemClock();
  const tasks = part(AgentTasks);
  const plans = part(GcPlanRecords);
  const runs = part(GcRunRecords);
  const removals = part(GcRemovalRecords);
  const metrics = gc.app.get(GcMetrics, { strict: false });
  const settle = new SettleNode(tasks, plans, runs, removals, metrics, part(ImageLedger), clock);
  const ordering = new OrderRemoval(part(PlanOneNode), plans, removals, tasks, clock);
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
  }, 60_000);
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
