import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AgentNode } from '../../src/agent/agent-node.js';
import { RuntimeAwayError } from '../../src/agent/runtime-errors.js';
import { AgentFindings } from '../../src/agents/agent-findings.service.js';
import { AgentTaskRecords } from '../../src/agents/agent-task-records.port.js';
import { AgentTasks } from '../../src/agents/agent-tasks.service.js';
import type { AgentTask } from '../../src/agents/agent-task.js';
import type { ItemReport, RemovalItem, RemovalOrder } from '../../src/agents/core/task.js';
import { AgentLoopRig } from '../support/agent-loop-rig.js';
import type { LoopOptions, StartedLoop } from '../support/agent-loops.js';
import type { AgentsApp } from '../support/agents-app.js';
import { eventually } from '../support/eventually.js';
import type { SimAgentNode } from '../support/sim-agent-node.js';

let rig: AgentLoopRig;
let app: AgentsApp;
let sim: SimAgentNode;
let node: string;
let ordered = 0;

beforeAll(async () => {
  rig = await AgentLoopRig.boot();
  ({ app } = rig);
});
afterAll(() => rig.close());
beforeEach(() => {
  ({ node, sim } = rig.nextNode());
});
afterEach(() => rig.stopAgents());

function start(over: Partial<AgentNode> = {}, options: Partial<LoopOptions> = {}): StartedLoop {
  return rig.start({ open: () => Promise.resolve({ ...sim.node, ...over }), ...options });
}

const tasks = () => app.app.get(AgentTasks);
const over = async (id: string): Promise<AgentTask> => {
  const task = await tasks().waitFor(id, AbortSignal.timeout(600_000));
  if (!task) throw new Error('there is no such task');
  return task;
};
const askToRemove = async (items: RemovalItem[], order: Partial<RemovalOrder> = {}): Promise<string> => {
  const id = `remove-${String((ordered += 1))}`;
  const common = { items, keepImages: [], imagesPerMinute: 1_000, deadlineMs: 600_000, ...order };
  await tasks().add([{ id, node, kind: 'remove', order: common, deadlineAtMs: Date.now() + 600_000 }]);
  return id;
};
/** Images that nothing uses. */
const unused = (amount: number): RemovalItem[] =>
  Array.from({ length: amount }, (_, at) => {
    const tag = `registry.example/unused/app-${String(at)}:v1`;
    const id = sim.sim.state.pull([tag]);
    const target = { kind: 'image' as const, id, repoTags: [tag], sizeBytes: 1 };
    return { key: `image/${id}`, target, because: 'nothing has used it for 30 days' };
  });
const keys = (items: readonly RemovalItem[]): string[] => items.map(({ key }) => key);
const has = async (item: RemovalItem | undefined): Promise<boolean> =>
  (await sim.sim.runtime.listImages()).some(({ id }) => `image/${id}` === item?.key);
/** The last word on each item. */
const told = async (id: string): Promise<Record<string, ItemReport['state']>> =>
  Object.fromEntries((await tasks().reports(id)).map(({ key, state }) => [key, state]));

describe('An agent', () => {
  it('tells what its node has, by itself and when it is asked', async () => {
    start();
    const found = await eventually('an inventory', () => app.app.get(AgentFindings).inventory(node));
    expect(found.body.images).toEqual(await sim.sim.runtime.listImages());
    const asked = await app.app.get(AgentFindings).takeInventory(node, AbortSignal.timeout(600_000));
    expect(asked).toMatchObject({ state: 'done' });
  });

  it('removes what it is asked to, in order, telling of each before and after, with what was freed', async () => {
    const items = unused(3);
    await sim.sim.runtime.listImages(); // the node has by now what its pods need
    const before = sim.sim.state.availableBytes();
    start();
    const id = await askToRemove(items);
    expect(await over(id)).toMatchObject({ state: 'done', attempt: 1 });
    const reports = await tasks().reports(id);
    expect(reports.map(({ key, state }) => [key, state])).toEqual(
      keys(items).flatMap((key) => [
        [key, 'removing'],
        [key, 'removed'],
      ]),
    );
    const freed = sim.sim.state.availableBytes() - before;
    expect(freed).toBeGreaterThan(0);
    expect(reports.reduce((sum, { freedBytes = 0 }) => sum + freedBytes, 0)).toBe(freed);
    expect((await over(id)).summary).toMatchObject({
      freedBytes: freed,
      availableBeforeBytes: before,
      availableAfterBytes: before + freed,
    });
  });

  it('removes nothing before the server has noted that it is about to', async () => {
    const [item] = unused(1);
    let noted: boolean | undefined;
    const id = await askToRemove(item ? [item] : []);
    const remover = Object.create(sim.node.remover, {
      removeImage: {
        value: async (image: string) => {
          noted = (await tasks().reports(id)).some(({ state }) => state === 'removing');
          return sim.sim.remover.removeImage(image);
        },
      },
    }) as AgentNode['remover'];
    start({ remover });
    await over(id);
    expect(noted).toBe(true);
  });

  it('leaves what is in use, moved, kept by the order or gone, and says why', async () => {
    const items = unused(4);
    const [used, moved, wanted, gone] = items.map(({ target }) => ('id' in target ? target.id : ''));
    sim.sim.state.start(used ?? '', 'web');
    sim.sim.state.removeImage(gone ?? '');
    const order = items.map((item) =>
      item.key === `image/${moved}` ? { ...item, target: { ...item.target, repoTags: ['other:tag'] } } : item,
    ) as RemovalItem[];
    start();
    const id = await askToRemove(order, { keepImages: [wanted ?? ''] });
    await over(id);
    expect(await told(id)).toEqual({
      [`image/${used}`]: 'kept',
      [`image/${moved}`]: 'kept',
      [`image/${wanted}`]: 'kept',
      [`image/${gone}`]: 'absent',
    });
    expect((await tasks().reports(id))[0]?.because).toBe('in use by default/web/web since the plan');
    expect(await Promise.all(items.map((item) => has(item)))).toEqual([true, true, true, false]);
  });

  it('tells of a removal that fails, and goes on', async () => {
    const items = unused(2);
    sim.sim.faults.add('removal-fails');
    start();
    const id = await askToRemove(items);
    expect(await over(id)).toMatchObject({ state: 'done' });
    expect(Object.values(await told(id))).toEqual(['failed', 'failed']);
  });

  it.each([
    ['enough was freed', { stopAtFreedBytes: 1 }, undefined, 1],
    ['the time for the task was over', { deadlineMs: 0.001 }, undefined, 0],
    ['the disks are busy', {}, 'the disks are busy', 0],
  ])('stops when %s, and says what it did not come to', async (because, order, brake, removed) => {
    const items = unused(3);
    if (brake !== undefined) sim.brake = brake;
    start();
    const id = await askToRemove(items, order);
    expect(await over(id)).toMatchObject({ state: 'done', summary: { stoppedBecause: because } });
    expect(Object.values(await told(id))).toEqual(items.map((_, at) => (at < removed ? 'removed' : 'notReached')));
  });

  it('keeps the pace, and stops when it is cancelled', async () => {
    const items = unused(3);
    start();
    const id = await askToRemove(items, { imagesPerMinute: 1 });
    await eventually('the first is removed', async () => (await told(id))[keys(items)[0] ?? ''] === 'removed');
    await tasks().cancel(id);
    expect(await over(id)).toMatchObject({ state: 'cancelled', summary: { stoppedBecause: 'the task was cancelled' } });
    expect(Object.values(await told(id))).toEqual(['removed', 'notReached', 'notReached']);
    expect(await Promise.all(items.map((item) => has(item)))).toEqual([false, true, true]);
  });

  it('takes inventories while a removal waits for its turn', async () => {
    start();
    const id = await askToRemove(unused(2), { imagesPerMinute: 1 });
    await eventually('the removal runs', async () => Object.keys(await told(id)).length > 0);
    const asked = await app.app.get(AgentFindings).takeInventory(node, AbortSignal.timeout(600_000));
    expect(asked).toMatchObject({ state: 'done' });
    expect(await tasks().find(id)).toMatchObject({ state: 'leased' });
    await tasks().cancel(id);
    await over(id);
  });

  it('hands back what it works on when it is stopped, and the next one goes on from there', async () => {
    const items = unused(2);
    const first = start();
    const id = await askToRemove(items, { imagesPerMinute: 1 });
    await eventually('the first is removed', async () => (await told(id))[keys(items)[0] ?? ''] === 'removed');
    await first.stop();
    expect(await tasks().find(id)).toMatchObject({ state: 'queued', attempt: 1 });
    start();
    expect(await over(id)).toMatchObject({ state: 'done', attempt: 2 });
    expect(Object.values(await told(id))).toEqual(['removed', 'removed']);
  });

  it('removes nothing in a later attempt once the time for all of them is over', async () => {
    const items = unused(2);
    const id = `remove-${String((ordered += 1))}`;
    const order = { items, keepImages: [], imagesPerMinute: 1_000, deadlineMs: 600_000 };
    const task = { id, node, kind: 'remove' as const, order, deadlineAtMs: Date.now() + 3_600_000 };
    await app.app.get(AgentTaskRecords).insert([task], Date.now() - 600_000);
    const taken = await app.agent(node, 'POST', `tasks/${id}/take`, { instance: 'dead' });
    expect(taken.json<{ order: RemovalOrder }>().order.deadlineMs).toBe(600_000); // it may have waited for its turn
    await app.agent(node, 'POST', `tasks/${id}/end`, { attempt: 1, outcome: 'handedBack' });
    start();
    expect(await over(id)).toMatchObject({
      state: 'done',
      summary: { stoppedBecause: 'the time for the task was over' },
    });
    expect(Object.values(await told(id))).toEqual(['notReached', 'notReached']);
    expect(await Promise.all(items.map((item) => has(item)))).toEqual([true, true]);
  });

  it('says of what an earlier attempt had begun and is gone that it was removed, and repeats what was told of nothing', async () => {
    const items = unused(3);
    const [begun, failed, open] = keys(items);
    const id = await askToRemove(items);
    const { attempt } = (await app.agent(node, 'POST', `tasks/${id}/take`, { instance: 'dead' })).json<{
      attempt: number;
    }>();
    const because = 'as it was';
    const said = [
      { key: failed, state: 'failed', because, atMs: 1 },
      { key: begun, state: 'removing', because, atMs: 1 },
    ];
    await app.agent(node, 'POST', `tasks/${id}/reports`, { attempt, sequence: 1, items: said });
    sim.sim.state.removeImage(begun?.replace('image/', '') ?? '');
    await app.agent(node, 'POST', `tasks/${id}/end`, { attempt, outcome: 'handedBack' });
    start();
    expect(await over(id)).toMatchObject({ state: 'done', attempt: 2 });
    expect(await told(id)).toEqual({ [failed ?? '']: 'failed', [begun ?? '']: 'removed', [open ?? '']: 'removed' });
    const second = (await tasks().reports(id)).filter((report) => report.attempt === 2);
    expect(second.map(({ key, state }) => [key, state])).toEqual([
      [begun, 'removed'],
      [open, 'removing'],
      [open, 'removed'],
    ]);
    expect(second[0]?.freedBytes).toBeUndefined();
  });

  it('says what became of an item that an earlier attempt had begun, also when nothing more may be removed', async () => {
    const items = unused(3);
    const [gone, there, open] = keys(items);
    const id = await askToRemove(items);
    const { attempt } = (await app.agent(node, 'POST', `tasks/${id}/take`, { instance: 'dead' })).json<{
      attempt: number;
    }>();
    const said = [gone, there].map((key) => ({ key, state: 'removing', because: 'as it was', atMs: 1 }));
    await app.agent(node, 'POST', `tasks/${id}/reports`, { attempt, sequence: 1, items: said });
    sim.sim.state.removeImage(gone?.replace('image/', '') ?? '');
    await app.agent(node, 'POST', `tasks/${id}/end`, { attempt, outcome: 'handedBack' });
    sim.brake = 'removals are paused';
    start();
    await over(id);
    expect(await told(id)).toEqual({
      [gone ?? '']: 'removed',
      [there ?? '']: 'notReached',
      [open ?? '']: 'notReached',
    });
    expect(await has(items[1])).toBe(true);
  });

  it('tells that an item is gone also where what it freed cannot be measured, and in few words what a runtime says in many', async () => {
    const items = unused(2);
    let isAway = false;
    const remover = Object.create(sim.node.remover, {
      removeImage: {
        value: async (image: string) => {
          isAway = true;
          if (`image/${image}` === items[0]?.key) return sim.sim.remover.removeImage(image);
          return { outcome: 'failed', because: 'x'.repeat(100_000) };
        },
      },
    }) as AgentNode['remover'];
    const availableBytes = async (): Promise<number> => {
      if (isAway) throw new RuntimeAwayError('the runtime is restarted');
      return sim.sim.state.availableBytes();
    };
    start({ remover, availableBytes });
    const id = await askToRemove(items);
    expect(await over(id)).toMatchObject({ state: 'done', attempt: 1 });
    expect(Object.values(await told(id))).toEqual(['removed', 'failed']);
  });

  it('refuses what its settings do not allow', async () => {
    start({}, { allows: ['inventory'] });
    const items = unused(1);
    const id = await askToRemove(items);
    expect(await over(id)).toMatchObject({
      state: 'failed',
      error: 'refused: AGENT_ALLOW of this agent does not name gc',
    });
    expect(await has(items[0])).toBe(true);
  });

  it('lets a task go that another attempt has, and removes and tells nothing more of it', async () => {
    const items = unused(2);
    const agent = start();
    const id = await askToRemove(items, { imagesPerMinute: 1 });
    const state = await eventually('the first is removed', async () => {
      const task = await tasks().find(id);
      return (await told(id))[keys(items)[0] ?? ''] === 'removed' ? task : undefined;
    });
    await app.agent(node, 'POST', `tasks/${id}/end`, { attempt: state.attempt, outcome: 'handedBack' });
    const taken = await app.agent(node, 'POST', `tasks/${id}/take`, { instance: 'another' });
    expect(taken.json<{ order: RemovalOrder }>().order.earlier).toEqual([{ key: keys(items)[0], state: 'removed' }]);
    await agent.stop();
    expect(await tasks().find(id)).toMatchObject({ state: 'leased', attempt: 2, holder: 'another' });
    expect(await has(items[1])).toBe(true);
    expect((await tasks().reports(id)).every(({ attempt }) => attempt === 1)).toBe(true);
  });
});
