import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { AgentTasks } from '../../src/agents/agent-tasks.service.js';
import { newToken } from '../../src/auth/token-format.js';
import { TokenRecords } from '../../src/auth/token-records.port.js';
import type { InventoryImage } from '../../src/agents/core/inventory.js';
import { KeepLedger } from '../../src/gc/ledger/keep-ledger.service.js';
import type { GcImageList } from '../../src/gc/ledger/gc-image.schema.js';
import type { GcPlanView } from '../../src/gc/plans/gc-plan.schema.js';
import type { GcPolicyList, GcPolicyView } from '../../src/gc/policies/gc-policy-view.schema.js';
import type { GcRemovalView } from '../../src/gc/removals/gc-removal.schema.js';
import type { GcRunNodeView, GcRunView } from '../../src/gc/runs/gc-run.schema.js';
import { SettleRuns } from '../../src/gc/runs/settle-runs.service.js';
import { CheckDisks } from '../../src/gc/triggers/check-disks.service.js';
import type { Page } from '../../src/platform/http/paging.js';
import { eventually } from '../support/eventually.js';
import { GcApp, Outside } from '../support/gc-app.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';
import type { SimulatedNode } from '../support/simulated-agents.js';

type Problem = { code: string; detail: string; errors?: { pointer: string }[] };
type Call = Awaited<ReturnType<GcApp['caller']>>;

const GB = 1_000_000_000;
const anImage = (name: string, more: Partial<InventoryImage> = {}): InventoryImage => ({
  id: `sha256:${name.replaceAll(/\W/g, '')}`,
  repoTags: [`registry.example/${name}`],
  repoDigests: [],
  sizeBytes: GB,
  pinned: false,
  ...more,
});
const aPolicy = (name: string, nodes: string[], more: object = {}) => ({
  name,
  nodes: { names: nodes },
  images: {
    minAge: '0s',
    rules: [{ action: 'remove', name: 'old-builds', match: { repository: { glob: 'old/**' } } }],
  },
  ...more,
});
const isOver = ({ state }: GcRunView) => !['queued', 'running'].includes(state);

let records: TestRecords;
let gc: GcApp;
let operator: Call;
let viewer: Call;
let nodes = 0;

beforeAll(async () => {
  records = await openPgliteRecords();
  gc = await GcApp.boot(records.database, new Outside());
  operator = await gc.caller('operator');
  viewer = await gc.caller('viewer');
}, 60_000);
afterAll(async () => {
  await gc.close();
  await records.close();
});

/** A node of the cluster with an agent and these images. */
async function newNode(...images: InventoryImage[]): Promise<SimulatedNode> {
  const name = `node-${String((nodes += 1))}`;
  gc.outside.watch.put('nodes', { metadata: { name } });
  const [node] = await gc.agents.add(name);
  if (!node) throw new Error('no node');
  node.images = images;
  await eventually('the node is known', async () => {
    const { status } = await operator('POST', '/policies', aPolicy(`for-${name}`, [name]));
    return status === 201 || status === 409;
  });
  return node;
}

const plan = async (policy: string) => (await operator<GcPlanView>('POST', '/plans', { policy })).body;
const getRun = async (id: string) => (await viewer<GcRunView>('GET', `/runs/${id}`)).body;
const nodesOf = async (id: string) => (await viewer<Page<GcRunNodeView>>('GET', `/runs/${id}/nodes`)).body.items;
const removals = async (query: string) => (await viewer<Page<GcRemovalView>>('GET', `/removals?${query}`)).body.items;

async function start(body: object): Promise<GcRunView> {
  const { status, body: run } = await operator<GcRunView>('POST', '/runs', body);
  expect(status).toBe(202);
  return run;
}

async function carryOut(body: object): Promise<GcRunView> {
  const { id } = await start(body);
  await eventually('the run is over', async () => isOver(await getRun(id)), 20_000);
  return getRun(id);
}

describe('policies', () => {
  it('are written by operators, and by nobody else', async () => {
    const body = aPolicy('rights', ['any']);
    expect(await viewer('POST', '/policies', body)).toMatchObject({ status: 403 });
    expect(await operator('POST', '/policies', body)).toMatchObject({ status: 201 });
    for (const [method, path, sent] of [
      ['PUT', '/policies/rights', { images: {} }],
      ['DELETE', '/policies/rights', undefined],
      ['POST', '/plans', { policy: 'rights' }],
      ['POST', '/runs', { policy: 'rights' }],
    ] as const)
      expect(await viewer(method, path, sent)).toMatchObject({ status: 403 });
    expect(await viewer('GET', '/policies/rights')).toMatchObject({ status: 200 });
    const { rows } = await sql<{ operation: string }>`
      SELECT operation FROM audit WHERE operation LIKE '%Gc%' AND outcome = 'succeeded'`.execute(
      records.database.tables(),
    );
    expect(rows).toContainEqual({ operation: 'createGcPolicy' });
  });

  it('have their defaults filled in and remove nothing unless told to', async () => {
    const { body, headers } = await operator<GcPolicyView>('POST', '/policies', { name: 'plain' });
    expect(body).toMatchObject({ name: 'plain', preset: 'safer', dryRun: true, nodesAtOnce: 5, createdBy: 'operator' });
    expect(headers).toMatchObject({ etag: `"${body.version}"`, location: '/api/v1/gc/policies/plain' });
    expect(await operator('POST', '/policies', { name: 'plain' })).toMatchObject({ status: 409 });
    const { body: list } = await viewer<GcPolicyList>('GET', '/policies?limit=1000');
    expect(list.items.map(({ name }) => name)).toContain('plain');
  });

  it.each<[string, object, string]>([
    [
      'a low mark above the high one',
      { images: { targets: [{ kind: 'percent', high: 50, low: 60 }] } },
      'images/targets',
    ],
    ['a rule that matches everything', { images: { rules: [{ action: 'remove', name: 'all' }] } }, 'images/rules'],
    ['a deadline that is too long', { deadline: '30d' }, 'deadline'],
    [
      'a zone that is none',
      { windows: [{ days: ['mon'], from: '01:00', to: '02:00', timeZone: 'Mars/X' }] },
      'windows',
    ],
    ['an empty trigger', { triggers: { disk: {} } }, 'triggers/disk'],
    ['a field that is not known', { imagesPerHour: 3 }, ''],
  ])('are refused with %s', async (_, body, pointer) => {
    const { status, body: problem } = await operator<Problem>('POST', '/policies', { name: 'bad', ...body });
    expect(status).toBe(400);
    expect(problem.errors?.[0]?.pointer).toContain(pointer);
  });

  it('are changed from the version that was read, and schedule their runs', async () => {
    const { body: made } = await operator<GcPolicyView>('POST', '/policies', {
      name: 'scheduled',
      triggers: { schedule: { cron: '30 3 * * *', timeZone: 'Europe/Rome' } },
    });
    const { body: changed } = await operator<GcPolicyView>('PUT', '/policies/scheduled', {
      triggers: { schedule: { every: '6h' } },
    });
    expect(changed.version).toBeGreaterThan(made.version);
    expect(await operator('PUT', '/policies/absent', {})).toMatchObject({ status: 404 });
    const schedules = await gc.app.inject({ url: '/api/v1/schedules', headers: await admin() });
    expect(schedules.json<{ items: object[] }>().items).toContainEqual(
      expect.objectContaining({
        name: 'gc.policy.scheduled',
        managedBy: 'policy scheduled',
        every: '6h',
        builtIn: false,
      }),
    );
    expect(await operator('DELETE', '/policies/scheduled')).toMatchObject({ status: 204 });
  });

  it('are held against what the kubelets do themselves', async () => {
    gc.outside.kubelets.set(`node-${nodes + 1}`, { highPercent: 85, lowPercent: 80 });
    const node = await newNode();
    const { body } = await operator<GcPolicyView>('POST', '/policies', {
      name: 'too-late',
      nodes: { names: [node.name] },
      preset: 'book',
    });
    expect(body.warnings).toEqual([expect.stringContaining(`${node.name}: its kubelet collects images from 85 %`)]);
  });
});

async function admin(): Promise<{ authorization: string }> {
  const { id, text, hash } = newToken();
  const common = { name: 'admin', role: 'admin', origin: 'api', createdBy: 'test', createdAtMs: Date.now() } as const;
  await gc.app.get(TokenRecords).insert({ id, hash, ...common });
  return { authorization: `Bearer ${text}` };
}

describe('a plan', () => {
  it('says of everything why it goes or stays, and removes nothing', async () => {
    const node = await newNode(anImage('old/a:1'), anImage('old/b:1'), anImage('old/c:1'), anImage('new/d:1'));
    gc.outside.watch.put('cronjobs', {
      metadata: { name: 'report', namespace: 'shop' },
      spec: { jobTemplate: { spec: { template: { spec: { containers: [{ image: 'registry.example/old/c:1' }] } } } } },
    } as never);
    await eventually('the CronJob is known', async () => (await plan(`for-${node.name}`)).sums.images === 2);
    const made = await plan(`for-${node.name}`);
    const whole = (await viewer<GcPlanView>('GET', `/plans/${made.id}`)).body;
    const [planned] = whole.nodes;
    expect(planned?.remove.map(({ name, rule }) => [name, rule])).toEqual([
      ['registry.example/old/a:1', 'old-builds'],
      ['registry.example/old/b:1', 'old-builds'],
    ]);
    expect(planned?.kept.map(({ name }) => name).sort()).toEqual([
      'registry.example/new/d:1',
      'registry.example/old/c:1',
    ]);
    for (const item of [...(planned?.remove ?? []), ...(planned?.kept ?? [])]) expect(item.because).not.toBe('');
    expect(planned?.kept.find(({ name }) => name.includes('old/c'))?.because).toContain('CronJob shop/report');
    expect(made).toMatchObject({ digest: whole.digest, sums: { images: 2, sizeBytes: 2 * GB } });
    expect(node.removed).toEqual([]);
    expect((await viewer<GcPlanView>('GET', `/plans/${made.id}?kept=false`)).body.nodes[0]?.kept).toEqual([]);
  });

  it('does nothing on a node whose list failed, or that has no agent', async () => {
    const node = await newNode(anImage('old/a:1'));
    node.failed = [{ list: 'containers', reason: 'the socket closed' }];
    gc.outside.watch.put('nodes', { metadata: { name: 'lonely' } });
    await eventually('the node is known', async () => {
      const { status } = await operator('POST', '/plans', { policy: 'plain', nodes: ['lonely'] });
      return status === 201;
    });
    const { body } = await operator<GcPlanView>('POST', '/plans', { policy: 'plain', nodes: ['lonely', node.name] });
    expect(body.nodes.map(({ notActed }) => notActed)).toEqual([
      'no agent of this node has ever been heard of',
      'The list of containers failed: the socket closed.',
    ]);
    expect(await operator('POST', '/plans', { policy: 'plain', nodes: ['nowhere'] })).toMatchObject({ status: 404 });
  });

  it('is carried out as it was read: exactly its items, in its order, with their freed bytes', async () => {
    const node = await newNode(anImage('old/a:1'), anImage('old/b:1', { sizeBytes: 2 * GB }), anImage('new/c:1'));
    const policy = `told-${node.name}`;
    await operator('POST', '/policies', aPolicy(policy, [node.name], { notify: { event: true, webhook: true } }));
    const made = await plan(policy);
    node.images.push(anImage('old/later:1'));
    const run = await carryOut({ plan: made.id, digest: made.digest });
    expect(run).toMatchObject({ state: 'succeeded', approved: true, dryRun: false, plan: made.id });
    expect(run.result).toMatchObject({ planned: 2, removed: 2, freedBytes: 3 * GB, estimatedBytes: 3 * GB });
    expect(node.removed).toEqual(made.nodes[0]?.remove.map(({ key }) => key));
    expect(node.images.map(({ repoTags }) => repoTags[0])).toEqual([
      'registry.example/new/c:1',
      'registry.example/old/later:1',
    ]);
    const audit = await removals(`run=${run.id}`);
    expect(audit).toHaveLength(2);
    expect(audit[0]).toMatchObject({
      node: node.name,
      startedBy: 'operator',
      policy,
      rule: 'old-builds',
      result: 'removed',
    });
    expect(audit.map(({ freedBytes }) => freedBytes).sort()).toEqual([GB, 2 * GB]);
    await eventually('everybody is told', () => gc.outside.webhooks.some(({ id }) => id === run.id));
    expect(gc.outside.events.filter(({ name }) => name.includes(run.id))).toEqual([
      expect.objectContaining({ node: node.name, type: 'Normal', reason: 'GarbageCollected' }),
    ]);
  });

  it('leaves an image that was taken into use since, and says so', async () => {
    const node = await newNode(anImage('old/a:1'), anImage('old/b:1'));
    const made = await plan(`for-${node.name}`);
    node.containers = [
      {
        id: 'c1',
        name: 'app',
        attempt: 0,
        pod: { namespace: 'shop', pod: 'web-1', podUid: 'u1' },
        imageId: anImage('old/a:1').id,
        imageRef: anImage('old/a:1').id,
        state: 'running',
        createdAtMs: Date.now(),
      },
    ];
    const run = await carryOut({ plan: made.id, digest: made.digest });
    expect(run).toMatchObject({ state: 'succeeded', result: { planned: 2, removed: 1, kept: 1 } });
    const [kept] = await removals(`run=${run.id}&result=kept`);
    expect(kept?.resultBecause).toMatch(/changed since the plan/);
    expect(kept?.resultBecause).toContain('shop/web-1');
    expect(node.images.map(({ repoTags }) => repoTags[0])).toEqual(['registry.example/old/a:1']);
  });

  it('is refused with another digest, after a change of its policy and when it has expired', async () => {
    const node = await newNode(anImage('old/a:1'));
    const policy = `for-${node.name}`;
    const [wrong, changed, expired] = [await plan(policy), await plan(policy), await plan(policy)];
    expect(await operator('POST', '/runs', { plan: wrong.id, digest: 'f00d' })).toMatchObject({ status: 409 });
    await sql`UPDATE gc_plans SET expires_at = now() WHERE id = ${expired.id}::uuid`.execute(records.database.tables());
    const late = await operator<Problem>('POST', '/runs', { plan: expired.id, digest: expired.digest });
    expect(late).toMatchObject({ status: 409, body: { detail: expect.stringContaining('expired') } });
    const { name: _, ...body } = aPolicy(policy, [node.name]);
    await operator('PUT', `/policies/${policy}`, body);
    const stale = await operator<Problem>('POST', '/runs', { plan: changed.id, digest: changed.digest });
    expect(stale).toMatchObject({ status: 409, body: { detail: expect.stringContaining('has changed') } });
    expect(await operator('POST', '/runs', { plan: 'no-plan', digest: 'x' })).toMatchObject({ status: 400 });
    expect(node.removed).toEqual([]);
  });
});

describe('a run', () => {
  it('of a policy only plans unless it is told otherwise, and its plan can be read', async () => {
    const node = await newNode(anImage('old/a:1'));
    const run = await carryOut({ policy: `for-${node.name}` });
    expect(run).toMatchObject({
      state: 'succeeded',
      dryRun: true,
      approved: false,
      result: { planned: 1, removed: 0 },
    });
    expect(node.removed).toEqual([]);
    const { body } = await viewer<GcPlanView>('GET', `/plans/${run.plan}`);
    expect(body.nodes[0]?.remove).toHaveLength(1);
    expect(await carryOut({ policy: `for-${node.name}`, dryRun: false })).toMatchObject({ result: { removed: 1 } });
    expect(node.removed).toHaveLength(1);
  });

  it('is partial when a removal fails on one node, and the others are done', async () => {
    const [good, bad] = [await newNode(anImage('old/a:1')), await newNode(anImage('old/a:1'), anImage('old/b:1'))];
    await operator('POST', '/policies', aPolicy('two', [good.name, bad.name], { dryRun: false }));
    bad.refusing.add(`image/${anImage('old/a:1').id}`);
    const run = await carryOut({ policy: 'two' });
    expect(run).toMatchObject({ state: 'partial', nodes: { succeeded: 1, partial: 1 } });
    expect(run.error).toBe(`1 of 2 nodes: ${bad.name}: 1 of 2 removed, 1 failed`);
    expect((await nodesOf(run.id)).map(({ node, state }) => [node, state])).toEqual([
      [good.name, 'succeeded'],
      [bad.name, 'partial'],
    ]);
    expect(await removals(`run=${run.id}&result=failed`)).toMatchObject([{ resultBecause: 'the runtime refused' }]);
  });

  it('waits for a node whose agent is away, and goes on when it returns', async () => {
    const node = await newNode(anImage('old/a:1'));
    node.isHere = false;
    await sql`UPDATE agents SET last_seen_at = now() - interval '10 minutes' WHERE node = ${node.name}`.execute(
      records.database.tables(),
    );
    const { id } = await start({ policy: `for-${node.name}`, dryRun: false });
    await eventually('the node is waited for', async () => (await nodesOf(id))[0]?.state === 'waiting', 10_000);
    expect((await nodesOf(id))[0]?.because).toContain('has not been heard of');
    node.isHere = true;
    await sql`UPDATE gc_run_nodes SET changed_at = now() - interval '1 minute' WHERE run = ${id}::uuid`.execute(
      records.database.tables(),
    );
    await eventually('the run is over', async () => isOver(await getRun(id)), 20_000);
    expect(await getRun(id)).toMatchObject({ state: 'succeeded', result: { removed: 1 } });
  });

  it('is cancelled between two items, and the audit has what became of each', async () => {
    const node = await newNode(anImage('old/a:1'), anImage('old/b:1'), anImage('old/c:1'));
    const second = Promise.withResolvers<void>();
    let items = 0;
    node.beforeItem = () => ((items += 1) === 2 ? second.promise : undefined);
    const { id } = await start({ policy: `for-${node.name}`, dryRun: false });
    await eventually('the first is removed', () => node.removed.length === 1, 10_000);
    const cancelling = operator<GcRunView>('POST', `/runs/${id}/cancel`);
    const tasks = gc.app.get(AgentTasks, { strict: false });
    const isAsked = async () => (await tasks.find(`gc-${id}-${node.name}-1`))?.cancelRequested === true;
    await eventually('its agent is asked to stop', isAsked, 10_000);
    second.resolve();
    expect((await cancelling).status).toBe(200);
    const settling = gc.app.get(SettleRuns, { strict: false });
    await eventually('its node is closed', () => settling.settleRun(id), 20_000);
    expect((await nodesOf(id))[0]?.state).toBe('cancelled');
    expect(node.removed).toHaveLength(1);
    expect(await removals(`run=${id}`)).toMatchObject([{ result: 'removed' }]);
    expect(await operator('POST', `/runs/${id}/cancel`)).toMatchObject({ status: 409 });
    expect((await nodesOf(id))[0]?.outcome).toMatchObject({ planned: 3, removed: 1, notReached: 2 });
  });

  it('begins where a disk is above the mark of a policy, and not again at once', async () => {
    const [full, empty] = [await newNode(anImage('old/a:1')), await newNode(anImage('old/a:1'))];
    const body = aPolicy('on-full', [full.name, empty.name], {
      dryRun: false,
      triggers: { disk: { abovePercent: 80 } },
    });
    await operator('POST', '/policies', body);
    for (const [{ name }, available] of [
      [full, 10],
      [empty, 50],
    ] as const) {
      gc.outside.metrics.set(`filesystem/limit ${name} imageFs`, 100);
      gc.outside.metrics.set(`filesystem/available ${name} imageFs`, available);
    }
    const checking = gc.app.get(CheckDisks, { strict: false });
    expect(await checking.check(new AbortController().signal)).toBe(1);
    const [run] = (await viewer<Page<GcRunView>>('GET', '/runs?policy=on-full')).body.items;
    await eventually('the run is over', async () => isOver(await getRun(run?.id ?? '')), 20_000);
    expect(await getRun(run?.id ?? '')).toMatchObject({ state: 'succeeded', startedBy: 'trigger:disk' });
    expect([full.removed.length, empty.removed.length]).toEqual([1, 0]);
    expect(await checking.check(new AbortController().signal)).toBe(0);
  });
});

describe('the ledger', () => {
  it('tells what uses an image, what was not used for long, and how much would go', async () => {
    const node = await newNode(anImage('shop/web:1'), anImage('shop/old:1', { uniqueBytes: GB / 2 }));
    gc.outside.watch.put('deployments', {
      metadata: { name: 'web', namespace: 'shop' },
      spec: { replicas: 0, template: { spec: { containers: [{ image: 'registry.example/shop/web:1' }] } } },
    } as never);
    await plan(`for-${node.name}`);
    const list = async (query: string) => (await viewer<GcImageList>('GET', `/images?node=${node.name}&${query}`)).body;
    const { items, sums } = await list('sort=size');
    expect(sums).toEqual({ images: 2, sizeBytes: 2 * GB, uniqueBytes: 1.5 * GB });
    expect(items.find(({ repoTags }) => repoTags[0]?.includes('web'))).toMatchObject({
      usedBy: ['Deployment shop/web'],
      timesUsed: 0,
    });
    expect((await list('unusedFor=30d')).items).toEqual([]);
    await sql`UPDATE gc_ledger SET document = replace(document::text, '"firstSeenAtMs":17', '"firstSeenAtMs":16')::json
      WHERE node = ${node.name}`.execute(records.database.tables());
    expect((await list('unusedFor=30d')).sums.images).toBe(2);
    const first = await list('unusedFor=30d&limit=1');
    const rest = await list(`unusedFor=30d&limit=1&cursor=${first.nextCursor}`);
    expect([...first.items, ...rest.items].map(({ imageId }) => imageId).sort()).toEqual(
      items.map(({ imageId }) => imageId).sort(),
    );
    expect((await list('search=SHOP/OLD')).items).toHaveLength(1);
    expect(await viewer('GET', '/images?unusedFor=soon')).toMatchObject({ status: 400 });
  });

  it('takes the start of a pod for a use, once', async () => {
    const node = await newNode(anImage('shop/app:1'));
    await plan(`for-${node.name}`);
    const startedAt = '2026-01-01T10:00:00Z';
    gc.outside.watch.put('pods', {
      metadata: { name: 'app-1', namespace: 'shop', uid: 'u-app' },
      spec: { nodeName: node.name, containers: [{ name: 'app', image: 'registry.example/shop/app:1' }] },
      status: { phase: 'Pending', containerStatuses: [{ name: 'app', state: { running: { startedAt } } }] },
    } as never);
    const keeping = gc.app.get(KeepLedger, { strict: false });
    const image = async () => (await viewer<GcImageList>('GET', `/images?node=${node.name}`)).body.items[0];
    await eventually('the start is counted', async () => {
      await keeping.keep(new AbortController().signal);
      return (await image())?.timesUsed === 1;
    });
    await plan(`for-${node.name}`);
    expect(await image()).toMatchObject({
      timesUsed: 1,
      lastUsedAt: '2026-01-01T10:00:00.000Z',
      usedBy: ['Pod shop/app-1'],
    });
  });
});
