import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentFindings } from '../../src/agents/agent-findings.service.js';
import { AgentTasks } from '../../src/agents/agent-tasks.service.js';
import { AgentUpkeep } from '../../src/agents/agent-upkeep.js';
import type { Inventory } from '../../src/agents/core/inventory.js';
import { AgentsApp } from '../support/agents-app.js';
import { eventually } from '../support/eventually.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';

let records: TestRecords;
let [here, there] = [] as unknown as [AgentsApp, AgentsApp];
let nodes = 0;
const newNode = (): string => `node-${String((nodes += 1))}`;
beforeAll(async () => {
  records = await openPgliteRecords();
  [here, there] = [await AgentsApp.boot(records.database), await AgentsApp.boot(records.database)];
});
afterAll(async () => {
  await here.close();
  await there.close();
  await records.close();
});

const HELLO = {
  instance: 'one',
  version: '0.1.0',
  runtime: { name: 'containerd', version: '2.1' },
  allows: ['inventory'],
};
const inventoryOf = (node: string): Inventory => ({
  node,
  takenAtMs: 5_000,
  runtime: { name: 'containerd', version: '2.1' },
  images: [
    {
      id: 'sha256:a',
      repoTags: ['a:1'],
      repoDigests: [],
      sizeBytes: 7,
      pinned: false,
      labels: { 'io.buildpacks.build.metadata': 'x'.repeat(100_000) },
    },
  ],
  containers: [],
  sandboxes: [],
  fileSystems: [],
  logs: [],
  failed: [],
});
const soon = () => Date.now() + 600_000;
const ask = async (node: string, app = here): Promise<string> => {
  const id = `task-${node}-${String((nodes += 1))}`;
  await app.app.get(AgentTasks).add([{ id, node, kind: 'inventory', deadlineAtMs: soon() }]);
  return id;
};
const take = async (node: string, id: string, app = here): Promise<number> =>
  (await app.agent(node, 'POST', `tasks/${id}/take`, { instance: 'one' })).json<{ attempt: number }>().attempt;

describe("The agents' API", () => {
  it('welcomes an agent, and asks it for what it does not know of the node', async () => {
    const node = newNode();
    const welcome = await here.agent(node, 'POST', 'hello', HELLO);
    expect([welcome.statusCode, welcome.json()]).toEqual([200, { node, leaseMs: 30_000 }]);
    const offers = (await there.agent(node, 'GET', 'tasks')).json<{ items: { kind: string }[] }>().items;
    expect(offers.map(({ kind }) => kind).sort()).toEqual(['inventory', 'machine']);
    expect((await there.agent(node, 'GET', 'tasks?kinds=remove')).json()).toEqual({ items: [] });
  });

  it.each([
    ['POST', 'hello', { ...HELLO, allows: ['everything'] }, 'allows'],
    ['GET', 'tasks?kinds=shell', undefined, 'kinds'],
    [
      'POST',
      'tasks/x/reports',
      { attempt: 1, items: [{ key: 'a', state: 'removed', because: '', atMs: 1 }] },
      'sequence',
    ],
    ['POST', 'tasks/x/end', { attempt: 1, outcome: 'done', inventory: { node: 'x' } }, 'inventory'],
    ['POST', 'tasks/no%2Fid/take', { instance: 'one' }, 'task'],
  ] as const)('refuses %s %s with %j, naming %s', async (method, path, body, named) => {
    const answer = await here.agent(newNode(), method, path, body);
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain(named);
  });

  it('gives a task to an agent that waits, at once when it is made here and soon when it is made elsewhere', async () => {
    for (const maker of [here, there]) {
      const node = newNode();
      const waiting = here.agent(node, 'GET', 'tasks?wait=60s');
      const id = await ask(node, maker);
      expect((await waiting).json()).toEqual({ items: [{ id, kind: 'inventory' }] });
    }
  });

  it('answers one that waits with nothing when the wait is over', async () => {
    expect((await here.agent(newNode(), 'GET', 'tasks?wait=1s')).json()).toEqual({ items: [] });
  });

  it('keeps an inventory whole, with the end of its task, which another process sees', async () => {
    const node = newNode();
    const id = await ask(node);
    const over = there.app.get(AgentTasks).waitFor(id, AbortSignal.timeout(600_000));
    const attempt = await take(node, id);
    const end = { attempt, outcome: 'done', inventory: inventoryOf(node) };
    expect((await here.agent(node, 'POST', `tasks/${id}/end`, end)).statusCode).toBe(204);
    expect(await over).toMatchObject({ id, state: 'done' });
    const found = await there.app.get(AgentFindings).inventory(node);
    expect(found).toMatchObject({ task: id, takenAtMs: 5_000, body: inventoryOf(node) });
  });

  it("has a node's inventory taken now, for who asks, and calls it off when he goes", async () => {
    const node = newNode();
    const asked = there.app.get(AgentFindings).takeInventory(node, AbortSignal.timeout(600_000));
    const [offer] = (await here.agent(node, 'GET', 'tasks?wait=60s')).json<{ items: { id: string }[] }>().items;
    const id = offer?.id ?? '';
    const attempt = await take(node, id);
    await here.agent(node, 'POST', `tasks/${id}/end`, { attempt, outcome: 'refused', error: 'AGENT_ALLOW' });
    expect(await asked).toMatchObject({ state: 'failed', error: 'refused: AGENT_ALLOW' });
    const leaving = new AbortController();
    const left = there.app.get(AgentFindings).takeInventory(node, leaving.signal);
    const [second] = (await here.agent(node, 'GET', 'tasks?wait=60s')).json<{ items: { id: string }[] }>().items;
    leaving.abort(new Error('the asker has gone'));
    await expect(left).rejects.toThrow('the asker has gone');
    expect(await here.app.get(AgentTasks).find(second?.id ?? '')).toMatchObject({ state: 'cancelled' });
  });

  it('answers 409 to a superseded attempt, and 404 to an agent of another node', async () => {
    const node = newNode();
    const id = await ask(node);
    const first = await take(node, id);
    await here.agent(node, 'POST', `tasks/${id}/end`, { attempt: first, outcome: 'handedBack' });
    const second = await take(node, id, there);
    expect(second).toBe(first + 1);
    const tell = (from: string, path: string, body: object) => here.agent(from, 'POST', `tasks/${id}/${path}`, body);
    const late = await tell(node, 'reports', { attempt: first });
    expect([late.statusCode, late.json<{ code: string }>().code]).toEqual([409, 'CONFLICT']);
    expect((await tell(node, 'end', { attempt: first, outcome: 'done' })).statusCode).toBe(409);
    expect((await tell(newNode(), 'reports', { attempt: second })).statusCode).toBe(404);
    expect((await tell(newNode(), 'end', { attempt: second, outcome: 'done' })).statusCode).toBe(404);
    expect((await tell(newNode(), 'take', { instance: 'two' })).statusCode).toBe(409);
    expect((await tell(node, 'reports', { attempt: second })).json()).toEqual({ cancelled: false });
  });

  it('takes no inventory of another node', async () => {
    const node = newNode();
    const id = await ask(node);
    const attempt = await take(node, id);
    const end = { attempt, outcome: 'done', inventory: inventoryOf('other') };
    const answer = await here.agent(node, 'POST', `tasks/${id}/end`, end);
    expect([answer.statusCode, answer.body]).toEqual([400, expect.stringContaining('inventory.node')]);
  });

  it.each([
    ['a size', 'images', { sizeBytes: 1e300 }],
    ['a size', 'images', { uniqueBytes: 0.5 }],
    ['a disk', 'fileSystems', { capacityBytes: 0.5 }],
    ['a disk', 'fileSystems', { availableBytes: 1.5 }],
    ['a time', 'containers', { createdAtMs: 1e300 }],
    ['a time', 'takenAtMs', 1e300],
  ])(
    'takes no inventory with %s that is none, which would break off plans for all nodes: %s %j',
    async (_, field, wrong) => {
      const node = newNode();
      const id = await ask(node);
      const attempt = await take(node, id);
      const disk = { holds: 'image', mountpoint: '/', capacityBytes: 9, availableBytes: 3 };
      const container = { id: 'c', name: 'c', attempt: 0, imageRef: 'a:1', state: 'exited', createdAtMs: 1 };
      const right = { ...inventoryOf(node), fileSystems: [disk], containers: [container] };
      const list = right[field as 'images'];
      const inventory = {
        ...right,
        [field]: Array.isArray(list) ? list.map((one) => ({ ...one, ...(wrong as object) })) : wrong,
      };
      const end = (told: object) =>
        here.agent(node, 'POST', `tasks/${id}/end`, { attempt, outcome: 'done', inventory: told });
      expect(await end(inventory)).toMatchObject({ statusCode: 400, body: expect.stringContaining(field) });
      expect((await end(right)).statusCode).toBe(204);
    },
  );

  it.each([{ freedBytes: 1e300 }, { freedBytes: 0.5 }, { freedBytes: -1 }, { atMs: 1e300 }])(
    'takes no report of %j, which no audit could hold',
    async (wrong) => {
      const node = newNode();
      const id = await ask(node);
      const attempt = await take(node, id);
      const item = { key: 'image/a', state: 'removed', because: 'x', atMs: 1, freedBytes: 1 };
      const tell = (told: object) =>
        here.agent(node, 'POST', `tasks/${id}/reports`, { attempt, sequence: 1, items: [told] });
      expect((await tell({ ...item, ...wrong })).statusCode).toBe(400);
      expect((await tell(item)).statusCode).toBe(200);
    },
  );

  it('says with a report that the task was cancelled', async () => {
    const node = newNode();
    const id = await ask(node);
    const attempt = await take(node, id);
    await there.app.get(AgentTasks).cancel(id);
    const report = await here.agent(node, 'POST', `tasks/${id}/reports`, { attempt });
    expect(report.json()).toEqual({ cancelled: true });
  });

  it('takes an inventory of 1,000 images and 5,000 containers', async () => {
    const node = newNode();
    const id = await ask(node);
    const attempt = await take(node, id);
    const digest = (of: number): string => `sha256:${String(of).padStart(64, 'a')}`;
    const images = Array.from({ length: 1_000 }, (_, at) => ({
      id: digest(at),
      repoTags: [`registry.example/team/app-${at}:v1`],
      repoDigests: [`registry.example/team/app-${at}@${digest(at)}`],
      sizeBytes: at,
      pinned: false,
    }));
    const containers = Array.from({ length: 5_000 }, (_, at) => ({
      id: digest(at).slice(7),
      name: 'web',
      attempt: 0,
      pod: { namespace: 'shop', pod: `web-${at}`, podUid: digest(at).slice(7, 43) },
      sandboxId: digest(at).slice(7),
      imageId: digest(at % 1_000),
      imageRef: `registry.example/team/app-${at % 1_000}:v1`,
      state: 'exited' as const,
      createdAtMs: at,
      logPath: `/var/log/pods/shop_web-${at}/web/0.log`,
    }));
    const inventory = { ...inventoryOf(node), images, containers };
    expect(JSON.stringify(inventory).length).toBeGreaterThan(1024 * 1024);
    const answer = await here.agent(node, 'POST', `tasks/${id}/end`, { attempt, outcome: 'done', inventory });
    expect(answer.statusCode).toBe(204);
    expect((await here.app.get(AgentFindings).inventory(node))?.body.containers).toHaveLength(5_000);
  });
});

describe('GET /api/v1/agents', () => {
  it('lists agents by node, page after page, with what they work on', async () => {
    const listed = newNode();
    for (const node of [listed, newNode()]) await here.agent(node, 'POST', 'hello', { ...HELLO, allows: [] });
    const id = await ask(listed);
    await take(listed, id);
    const headers = { authorization: `Bearer ${await here.viewerToken()}` };
    const get = async (query: string) =>
      (await there.app.inject({ url: `/api/v1/agents?${query}`, headers })).json<{
        items: { node: string }[];
        nextCursor?: string;
      }>();
    const all = await get('');
    expect(all.items.find(({ node }) => node === listed)).toMatchObject({
      state: 'connected',
      version: '0.1.0',
      allows: [],
      running: [{ id, kind: 'inventory', attempt: 1, cancelRequested: false }],
    });
    const first = await get('limit=1');
    expect(first.items).toHaveLength(1);
    const rest = await get(`limit=1000&cursor=${first.nextCursor}`);
    expect([...first.items, ...rest.items].map(({ node }) => node)).toEqual(all.items.map(({ node }) => node));
  });

  it('counts agents and tasks for /metrics', async () => {
    await here.app.get(AgentUpkeep).look();
    const headers = { authorization: `Bearer ${await here.viewerToken()}` };
    const { body } = await here.app.inject({ url: '/metrics', headers });
    expect(body).toMatch(/^quartermaster_agents\{state="connected"\} [1-9]/m);
    expect(body).toMatch(/^quartermaster_agent_tasks\{state="leased"\} [1-9]/m);
  });
});

describe('A process that stops', () => {
  it('lets agents that wait go, and takes no more than it may have wait', async () => {
    const own = await AgentsApp.boot(records.database, { AGENT_MAX_WAITING: '1' });
    const waiting = own.agent(newNode(), 'GET', 'tasks?wait=60s');
    const second = await eventually('a second one is refused', async () => {
      const answer = await own.agent(newNode(), 'GET', 'tasks?wait=1s');
      return answer.statusCode === 429 ? answer : undefined;
    });
    expect(Number(second.headers['retry-after'])).toBeGreaterThan(0);
    await own.close();
    expect((await waiting).json()).toEqual({ items: [] });
  });
});
