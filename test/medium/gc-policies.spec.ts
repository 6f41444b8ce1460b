import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { AgentFindings } from '../../src/agents/agent-findings.service.js';
import { ClusterView } from '../../src/cluster/cluster-view.js';
import type { GcImageList } from '../../src/gc/ledger/gc-image.schema.js';
import { ImageLedger } from '../../src/gc/ledger/image-ledger.service.js';
import { KeepLedger } from '../../src/gc/ledger/keep-ledger.service.js';
import type { GcPolicyList, GcPolicyView, GcPresetList } from '../../src/gc/policies/gc-policy-view.schema.js';
import { BeginRun } from '../../src/gc/runs/begin-run.service.js';
import { GcRunRecords } from '../../src/gc/runs/gc-run-records.port.js';
import { RunRecords } from '../../src/jobs/run-records.port.js';
import { Clock } from '../../src/platform/clock.js';
import { eventually } from '../support/eventually.js';
import { anImage, aPolicy, GB, GcCluster } from '../support/gc-cluster.js';

type Problem = { code: string; detail: string; errors?: { pointer: string }[] };

let cluster: GcCluster;
beforeAll(async () => {
  cluster = await GcCluster.boot();
});
afterAll(() => cluster.close());

describe('policies', () => {
  it('are written by operators, and by nobody else', async () => {
    const body = aPolicy('rights', ['any']);
    expect(await cluster.viewer('POST', '/policies', body)).toMatchObject({ status: 403 });
    expect(await cluster.operator('POST', '/policies', body)).toMatchObject({ status: 201 });
    for (const [method, path, sent] of [
      ['PUT', '/policies/rights', { images: {} }],
      ['DELETE', '/policies/rights', undefined],
      ['POST', '/plans', { policy: 'rights' }],
      ['POST', '/runs', { policy: 'rights' }],
    ] as const)
      expect(await cluster.viewer(method, path, sent)).toMatchObject({ status: 403 });
    expect(await cluster.viewer('GET', '/policies/rights')).toMatchObject({ status: 200 });
    const { rows } = await sql<{ operation: string }>`
      SELECT operation FROM audit WHERE operation LIKE '%Gc%' AND outcome = 'succeeded'`.execute(
      cluster.records.database.tables(),
    );
    expect(rows).toContainEqual({ operation: 'createGcPolicy' });
  });

  it('have their defaults filled in and remove nothing unless told to', async () => {
    const { body, headers } = await cluster.operator<GcPolicyView>('POST', '/policies', { name: 'plain' });
    expect(body).toMatchObject({ name: 'plain', preset: 'safer', dryRun: true, nodesAtOnce: 5, createdBy: 'operator' });
    expect(headers).toMatchObject({ etag: `"${body.version}"`, location: '/api/v1/gc/policies/plain' });
    expect(await cluster.operator('POST', '/policies', { name: 'plain' })).toMatchObject({ status: 409 });
    const { body: list } = await cluster.viewer<GcPolicyList>('GET', '/policies?limit=1000');
    expect(list.items.map(({ name }) => name)).toContain('plain');
  });

  it('may be a preset as the list of presets shows it', async () => {
    const { body } = await cluster.viewer<GcPresetList>('GET', '/presets');
    expect(body.items.map(({ name }) => name)).toEqual(['safer', 'kubelet', 'book', 'book-without-containers']);
    for (const { name, policy } of body.items) {
      expect(await cluster.operator('POST', '/policies', { name: `as-${name}`, ...policy })).toMatchObject({
        status: 201,
        body: policy,
      });
    }
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
      'a pattern that is none',
      { images: { rules: [{ action: 'remove', name: 'x', match: { tag: { regex: '(' } } }] } },
      'images/rules/0/match/tag/regex',
    ],
    ['a cron pattern that is none', { triggers: { schedule: { cron: '61 * * * *' } } }, 'triggers/schedule/cron'],
    [
      'a zone that is none',
      { windows: [{ days: ['mon'], from: '01:00', to: '02:00', timeZone: 'Mars/X' }] },
      'windows',
    ],
    ['an empty trigger', { triggers: { disk: {} } }, 'triggers/disk'],
    ['a field that is not known', { imagesPerHour: 3 }, ''],
  ])('are refused with %s', async (_, body, pointer) => {
    const { status, body: problem } = await cluster.operator<Problem>('POST', '/policies', { name: 'bad', ...body });
    expect(status).toBe(400);
    expect(problem.errors?.[0]?.pointer).toContain(pointer);
  });

  it('are changed from the version that was read, and schedule their runs', async () => {
    const { body: made } = await cluster.operator<GcPolicyView>('POST', '/policies', {
      name: 'scheduled',
      triggers: { schedule: { cron: '30 3 * * *', timeZone: 'Europe/Rome' } },
    });
    const { body: changed } = await cluster.operator<GcPolicyView>('PUT', '/policies/scheduled', {
      triggers: { schedule: { every: '6h' } },
    });
    expect(changed.version).toBeGreaterThan(made.version);
    expect(await cluster.operator('PUT', '/policies/absent', {})).toMatchObject({ status: 404 });
    const schedules = await cluster.gc.schedules();
    expect(schedules).toContainEqual(
      expect.objectContaining({
        name: 'gc.policy.scheduled',
        managedBy: 'policy scheduled',
        every: '6h',
        builtIn: false,
      }),
    );
    expect(await cluster.operator('DELETE', '/policies/scheduled')).toMatchObject({ status: 204 });
  });

  it('collect containers and images each at its own cadence, as their preset says or as they say', async () => {
    const cadences = async (): Promise<unknown> => {
      const schedules = await cluster.gc.schedules();
      return schedules.filter(({ name }) => name.includes('.rhythm')).map(({ every, payload }) => [every, payload]);
    };
    const part = (name: string) => ({ policy: 'rhythm', part: name });
    const change = (body: object) => cluster.operator('PUT', '/policies/rhythm', body);
    const triggers = { schedule: 'preset' };
    await cluster.operator('POST', '/policies', { name: 'rhythm', preset: 'kubelet', triggers });
    expect(await cadences()).toEqual([
      ['1m', part('containers')],
      ['5m', part('images')],
    ]);
    await change({ triggers: { schedule: { containersEvery: '10m', imagesEvery: '1h' } } });
    expect(await cadences()).toEqual([
      ['10m', part('containers')],
      ['1h', part('images')],
    ]);
    await change({ triggers, containers: { enabled: false }, sandboxes: false, logs: false });
    expect(await cadences()).toEqual([['5m', part('images')]]);
    expect((await change({ triggers: { schedule: { imagesEvery: '1h' } } })).status).toBe(400);
    await cluster.operator('DELETE', '/policies/rhythm');
    expect(await cadences()).toEqual([]);
  });

  it('are held against what the kubelets do themselves', async () => {
    cluster.gc.outside.kubelets.set(cluster.nextNode, { marks: { highPercent: 85, lowPercent: 80 } });
    const node = await cluster.newNode();
    const { body } = await cluster.operator<GcPolicyView>('POST', '/policies', {
      name: 'too-late',
      nodes: { names: [node.name] },
      preset: 'book',
    });
    expect(body.warnings.join(' ')).toContain(`at which the kubelet of ${node.name} acts by itself`);
  });

  it('say when they ask for a webhook that is not set up', async () => {
    await cluster.operator('POST', '/policies', { name: 'mute', images: { targets: [] }, notify: { webhook: true } });
    const warnings = async () => (await cluster.viewer<GcPolicyView>('GET', '/policies/mute')).body.warnings;
    expect(await warnings()).toEqual([]);
    cluster.gc.outside.hasWebhook = false;
    expect(await warnings()).toEqual([expect.stringContaining('GC_WEBHOOK_URL')]);
    cluster.gc.outside.hasWebhook = true;
  });
});

describe('a run', () => {
  it('of one part of a policy leaves the other alone', async () => {
    const node = await cluster.newNode(anImage('old/a:1'));
    const policy = `for-${node.name}`;
    const containers = await cluster.carryOut({ policy, part: 'containers', dryRun: false });
    expect(containers).toMatchObject({ state: 'succeeded', result: { planned: 0 } });
    expect(node.removed).toEqual([]);
    const images = await cluster.carryOut({ policy, part: 'images', dryRun: false });
    expect(images).toMatchObject({ state: 'succeeded', result: { planned: 1, removed: 1 } });
  });

  it('of a schedule leaves nodes to the run before it that is not done with them', async () => {
    const [away, here] = [await cluster.newNode(), await cluster.newNode()];
    const policy = 'often';
    await cluster.operator('POST', '/policies', aPolicy(policy, [away.name, here.name]));
    const [runs, records] = [cluster.gc.app.get(RunRecords), cluster.gc.app.get(GcRunRecords)];
    const beginning = cluster.gc.app.get(BeginRun, { strict: false });
    const begin = async (startedBy: string): Promise<string[]> => {
      const id = randomUUID();
      await runs.insert({ id, kind: 'gc.run', jobId: id, payload: { policy }, startedBy, createdAtMs: Date.now() });
      await beginning.begin(id, { policy });
      const nodes = await records.nodes(id, 10);
      const done = { to: 'succeeded', because: 'done', atMs: Date.now() } as const;
      await records.changeNode(id, here.name, done);
      return nodes.map(({ node }) => node);
    };
    expect(await begin('schedule:gc.policy.often')).toEqual([away.name, here.name]);
    expect(await begin('schedule:gc.policy.often')).toEqual([here.name]);
    expect(await begin('schedule:gc.policy.other')).toEqual([away.name, here.name]);
    expect(await begin('ann')).toEqual([away.name, here.name]);
  });
});

describe('the ledger', () => {
  it('tells what uses an image, what was not used for long, and how much would go', async () => {
    const node = await cluster.newNode(anImage('shop/web:1'), anImage('shop/old:1', { uniqueBytes: GB / 2 }));
    cluster.gc.outside.watch.put('deployments', {
      metadata: { name: 'web', namespace: 'shop' },
      spec: { replicas: 0, template: { spec: { containers: [{ image: 'registry.example/shop/web:1' }] } } },
    } as never);
    await cluster.plan(`for-${node.name}`);
    const list = async (query: string) =>
      (await cluster.viewer<GcImageList>('GET', `/images?node=${node.name}&${query}`)).body;
    const { items, sums } = await list('sort=size');
    expect(sums).toEqual({ images: 2, sizeBytes: 2 * GB, uniqueBytes: 1.5 * GB });
    const web = async () => (await list('search=shop/web')).items[0];
    await eventually('the Deployment is known', async () => (await web())?.usedBy.length === 1);
    expect(await web()).toMatchObject({ usedBy: ['Deployment shop/web'], timesUsed: 0 });
    expect((await list('unusedFor=30d')).items).toEqual([]);
    await sql`UPDATE gc_ledger SET document = replace(document::text, '"firstSeenAtMs":17', '"firstSeenAtMs":16')::json
      WHERE node = ${node.name}`.execute(cluster.records.database.tables());
    expect((await list('unusedFor=30d')).sums.images).toBe(2);
    const first = await list('unusedFor=30d&limit=1');
    const rest = await list(`unusedFor=30d&limit=1&cursor=${first.nextCursor}`);
    expect([...first.items, ...rest.items].map(({ imageId }) => imageId).sort()).toEqual(
      items.map(({ imageId }) => imageId).sort(),
    );
    expect((await list('search=SHOP/OLD')).items).toHaveLength(1);
    expect(await cluster.viewer('GET', '/images?unusedFor=soon')).toMatchObject({ status: 400 });
  });

  it('takes the start of a pod for a use, once', async () => {
    const node = await cluster.newNode(anImage('shop/app:1'));
    await cluster.plan(`for-${node.name}`);
    const startedAt = '2026-01-01T10:00:00Z';
    cluster.gc.outside.watch.put('pods', {
      metadata: { name: 'app-1', namespace: 'shop', uid: 'u-app' },
      spec: { nodeName: node.name, containers: [{ name: 'app', image: 'registry.example/shop/app:1' }] },
      status: { phase: 'Pending', containerStatuses: [{ name: 'app', state: { running: { startedAt } } }] },
    } as never);
    const keeping = cluster.gc.app.get(KeepLedger, { strict: false });
    const image = async () => (await cluster.viewer<GcImageList>('GET', `/images?node=${node.name}`)).body.items[0];
    await eventually('the start is counted', async () => {
      await keeping.keep(new AbortController().signal);
      return (await image())?.timesUsed === 1;
    });
    await cluster.plan(`for-${node.name}`);
    expect(await image()).toMatchObject({
      timesUsed: 1,
      lastUsedAt: '2026-01-01T10:00:00.000Z',
      usedBy: ['Pod shop/app-1'],
    });
  });

  it('is kept of all other nodes when the inventory of one cannot be read', async () => {
    const nodes = [await cluster.newNode(anImage('shop/a:1')), await cluster.newNode(anImage('shop/a:1'))];
    const [broken, other] = nodes.map(({ name }) => name).toSorted();
    for (const name of [broken, other]) await cluster.plan(`for-${name}`);
    const tables = cluster.records.database.tables();
    await sql`UPDATE agent_findings SET body = '\\x00' WHERE node = ${broken}`.execute(tables);
    await sql`DELETE FROM gc_ledger WHERE node = ${other}`.execute(tables);
    const { app } = cluster.gc;
    const keeping = new KeepLedger(
      app.get(AgentFindings, { strict: false }),
      app.get(ImageLedger, { strict: false }),
      app.get(ClusterView, { strict: false }),
      app.get(Clock, { strict: false }),
    );
    await expect(keeping.keep(new AbortController().signal)).rejects.toThrow(new RegExp(`^1 of .*: ${broken}: `));
    const { items } = (await cluster.viewer<GcImageList>('GET', `/images?node=${other}`)).body;
    expect(items).toHaveLength(1);
    await sql`DELETE FROM agent_findings WHERE node = ${broken}`.execute(tables);
  });

  it('goes on when the clock of a node that was ahead is set right', async () => {
    const node = await cluster.newNode(anImage('shop/one:1'));
    const images = async () =>
      (await cluster.viewer<GcImageList>('GET', `/images?node=${node.name}&sort=node`)).body.items.map(
        (one) => one.imageId,
      );
    node.clockAheadMs = 365 * 86_400_000;
    await cluster.plan(`for-${node.name}`);
    node.clockAheadMs = 0;
    node.images = [anImage('shop/two:1')];
    await cluster.plan(`for-${node.name}`);
    expect(await images()).toEqual([anImage('shop/two:1').id]);
  });
});
