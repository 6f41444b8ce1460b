import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpAgentServer } from '../../src/adapters/quartermaster/agent-server.http.js';
import { AgentLoop } from '../../src/agent/agent-loop.js';
import { AgentList } from '../../src/agents/agent-list.service.js';
import type { AgentAllowance } from '../../src/agents/agent-records.port.js';
import { AgentTaskRecords } from '../../src/agents/agent-task-records.port.js';
import { AgentTasks } from '../../src/agents/agent-tasks.service.js';
import { StaticPods } from '../../src/agents/static-pods.service.js';
import { Log } from '../../src/platform/log.js';
import { AgentsApp } from '../support/agents-app.js';
import { eventually } from '../support/eventually.js';
import { manifestsIn, mortalStaticPods } from '../support/mortal-static-pods.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';
import { simAgentNode } from '../support/sim-agent-node.js';

const HOUR = 3_600_000;
const MANIFEST =
  'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: a }] }\n';

let records: TestRecords;
let app: AgentsApp;
let url: string;
let dir: string;
let node: string;
let count = 0;
let running: (() => Promise<void>)[] = [];

beforeAll(async () => {
  records = await openPgliteRecords();
  app = await AgentsApp.boot(records.database, { AGENT_LEASE: '5s' });
  url = await app.listen();
});
afterAll(async () => {
  await app.close();
  await records.close();
});
beforeEach(() => {
  node = `node-${String((count += 1))}`;
  dir = mkdtempSync(join(tmpdir(), 'quartermaster-static-pods-'));
});
afterEach(async () => {
  for (const stop of running) await stop();
  running = [];
  rmSync(dir, { recursive: true });
});

/** An agent of the node; stopping it twice is once. */
async function start(allows: AgentAllowance[] = ['static-pods'], to = url, nowMs?: () => number) {
  const token = app.agentToken(node);
  const server = new HttpAgentServer({ url: to, ca: () => undefined, token: () => token });
  const { keeper } = mortalStaticPods(dir, undefined, nowMs);
  keeper.start();
  const stop = new AbortController();
  const ended = new AgentLoop({
    server,
    allows,
    staticPods: keeper,
    instance: `instance-${String((count += 1))}`,
    open: async () => simAgentNode().node,
    version: '0.1.0',
    log: Log.silent(),
    random: () => 0,
    maxPauseMs: 100,
  }).run(stop.signal);
  const end = async (): Promise<void> => {
    stop.abort();
    await ended;
    await keeper.close();
    server.close();
  };
  running.push(end);
  await eventually('its hello', async () => to !== url || (await app.app.get(AgentList).find(node))?.isConnected);
  return end;
}

const pods = (): StaticPods => app.app.get(StaticPods);
const patience = (): AbortSignal => AbortSignal.timeout(600_000);
const newId = (): string => `change-${String((count += 1))}`;
const change = (over: object = {}) => ({
  changeId: newId(),
  fileName: 'web.yaml',
  manifest: MANIFEST,
  mustExist: [],
  confirmWithinMs: HOUR,
  ...over,
});
const file = (): string | undefined => {
  const path = join(manifestsIn(dir), 'web.yaml');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
};
const problem = (code: string, ...parts: string[]) =>
  expect.objectContaining({ code, detail: expect.stringMatching(parts.join('.*')) });

describe('Static pods of a node', () => {
  it('are installed, confirmed, replaced, restored and removed through its agent', async () => {
    await start();
    expect(await pods().whyNot(node)).toBeUndefined();
    const first = change();
    expect(await pods().install(node, first, patience())).toMatchObject({ state: 'pending', replaced: false });
    expect(file()).toBe(MANIFEST);
    expect(await pods().install(node, first, patience())).toMatchObject({ state: 'pending', replaced: false });
    expect(await pods().confirm(node, first.changeId, patience())).toMatchObject({ state: 'confirmed' });
    const second = change({ manifest: `${MANIFEST}# newer\n` });
    expect(await pods().install(node, second, patience())).toMatchObject({ state: 'pending', replaced: true });
    expect(await pods().restore(node, second.changeId, patience())).toMatchObject({ state: 'restored' });
    expect(file()).toBe(MANIFEST);
    const { manifest: _, mustExist: __, ...back } = change();
    expect(await pods().putBack(node, back, patience())).toMatchObject({ state: 'pending', keepsManifest: false });
    expect(file()).toBeUndefined();
    await pods().restore(node, back.changeId, patience());
    const third = { ...back, changeId: newId() };
    expect(await pods().remove(node, third, patience())).toMatchObject({ state: 'pending', replaced: true });
    expect(file()).toBeUndefined();
    expect(await pods().outcome(node, third.changeId)).toMatchObject({ fileName: 'web.yaml', state: 'pending' });
    expect(await pods().outcome(node, 'none')).toBeUndefined();
  });

  it('are put back when nobody confirms, which their agent tells by itself, also after the server was away', async () => {
    const own = await AgentsApp.boot(records.database);
    const url = await own.listen();
    let nowMs = Date.now();
    own.agentToken(node);
    const end = await start(['static-pods'], url, () => nowMs);
    await eventually('it can be asked', async () => (await own.app.get(StaticPods).whyNot(node)) === undefined);
    const made = change();
    await own.app.get(StaticPods).install(node, made, patience());
    await own.close();
    await end();
    nowMs += HOUR;
    await start(['static-pods'], url, () => nowMs);
    await eventually('it is put back', () => file() === undefined);
    expect(await pods().outcome(node, made.changeId)).toMatchObject({ state: 'pending' });
    const again = await AgentsApp.boot(records.database);
    again.agentToken(node);
    await again.listen(Number(new URL(url).port));
    try {
      const told = await eventually('it is told', async () => {
        const outcome = await pods().outcome(node, made.changeId);
        return outcome?.state === 'restored' && outcome;
      });
      expect(told.because).toContain('not confirmed within 1h');
      const late = pods().confirm(node, made.changeId, patience());
      await expect(late).rejects.toEqual(problem('CONFLICT', node, 'was undone', 'not confirmed within 1h'));
    } finally {
      await again.close();
    }
  });

  it('tells at once what a timer undid while the agent waits for tasks', async () => {
    await start();
    const made = change({ confirmWithinMs: 1_000 });
    await Promise.allSettled([pods().install(node, made, patience())]); // the second may be over before the answer comes
    await eventually('it is told', async () => (await pods().outcome(node, made.changeId))?.state === 'restored');
    expect(file()).toBeUndefined();
  });

  it('are not changed where the agent refuses, and the answer says which and why', async () => {
    await start();
    const missing = pods().install(node, change({ mustExist: ['/etc/kubernetes/scheduler.conf'] }), patience());
    await expect(missing).rejects.toEqual(problem('CONFLICT', node, '/etc/kubernetes/scheduler.conf'));
    const first = change();
    await pods().install(node, first, patience());
    const second = pods().install(node, change(), patience());
    await expect(second).rejects.toEqual(problem('CONFLICT', node, first.changeId, 'not confirmed yet'));
    await expect(pods().confirm(node, 'none', patience())).rejects.toEqual(problem('CONFLICT', node, 'no change none'));
  });

  it.each([
    ['fileName', { fileName: '../web.yaml' }],
    ['fileName', { fileName: '.web.yaml' }],
    ['manifest', { manifest: 'kind: Deployment' }],
    ['mustExist', { mustExist: ['/etc/../etc/passwd'] }],
    ['mustExist', { mustExist: ['relative'] }],
    ['confirmWithinMs', { confirmWithinMs: 999 }],
    ['changeId', { changeId: 'a b' }],
  ])('are not asked for with a wrong %s (%j)', async (field, wrong) => {
    const asked = pods().install(node, change(wrong), patience());
    await expect(asked).rejects.toEqual(problem('INVALID_INPUT', field));
  });

  it('cannot be changed where no agent is, or one that was not started with it, which is said beforehand', async () => {
    const nobody = pods().install(node, change(), patience());
    await expect(nobody).rejects.toEqual(problem('UNAVAILABLE', node, 'no agent'));
    await start(['inventory', 'gc']);
    expect(await pods().whyNot(node)).toMatch(new RegExp(`${node}.*not started with static-pods in AGENT_ALLOW`));
    const asked = pods().install(node, change(), patience());
    await expect(asked).rejects.toEqual(problem('UNAVAILABLE', node, 'AGENT_ALLOW'));
    expect((await app.agent(node, 'GET', 'tasks?kinds=static-pod')).json()).toEqual({ items: [] });
  });

  it('are not changed by an agent that does not allow it, even if a server asks', async () => {
    await start(['inventory', 'gc']);
    const id = newId();
    const task = { id, node, kind: 'static-pod', deadlineAtMs: Date.now() + HOUR } as const;
    await app.app.get(AgentTaskRecords).insert([{ ...task, staticPod: { do: 'install', ...change() } }], Date.now());
    const read = newId();
    await app.app.get(AgentTasks).add([{ id: read, node, kind: 'machine', deadlineAtMs: Date.now() + HOUR }]);
    await app.app.get(AgentTasks).waitFor(read, patience());
    expect(await app.app.get(AgentTasks).find(id)).toMatchObject({ state: 'queued', attempt: 0 });
    expect(file()).toBeUndefined();
  });

  it('are nothing that other features can ask for', async () => {
    const task = { id: newId(), node, kind: 'static-pod', deadlineAtMs: Date.now() + HOUR } as const;
    const asked = app.app.get(AgentTasks).add([{ ...task, staticPod: { do: 'install', ...change() } } as never]);
    await expect(asked).rejects.toThrow('StaticPods');
  });

  it('leave no task behind when whoever asked has gone', async () => {
    const end = await start();
    await end();
    const leaving = new AbortController();
    const left = pods().install(node, change(), leaving.signal);
    leaving.abort(new Error('the asker has gone'));
    await expect(left).rejects.toThrow('the asker has gone');
    expect((await app.agent(node, 'GET', 'tasks?kinds=static-pod')).json()).toEqual({ items: [] });
  });

  it('can be told of by agents of their node alone', async () => {
    const told = { changeId: newId(), fileName: 'web.yaml', state: 'restored', replaced: false, because: 'so' };
    const body = { changes: [told] };
    expect((await app.agent(node, 'POST', 'static-pods', body)).statusCode).toBe(204);
    expect(await pods().outcome(node, told.changeId)).toEqual({ ...told, keepsManifest: true });
    expect(await pods().outcome('another', told.changeId)).toBeUndefined();
    const headers = { authorization: `Bearer ${await app.viewerToken()}` };
    const answer = await app.app.inject({ method: 'POST', url: '/agent/v1/static-pods', headers, payload: body });
    expect(answer.statusCode).toBe(403);
    expect((await app.agent(node, 'POST', 'static-pods', { changes: [] })).statusCode).toBe(400);
  });
});
