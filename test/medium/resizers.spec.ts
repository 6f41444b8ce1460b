import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OwnMetrics } from '../../src/platform/own-metrics.js';
import { ClusterUnreachableError } from '../../src/stacks/objects/cluster-objects.errors.js';
import type { ReleaseDrift } from '../../src/stacks/releases/release-view.schema.js';
import { ResizeAll } from '../../src/stacks/resizers/resize-all.service.js';
import { ResizerRecords } from '../../src/stacks/resizers/resizer-records.port.js';
import type {
  ResizeDecisionView,
  ResizeRecommendation,
  ResizerView,
} from '../../src/stacks/resizers/resizer-view.schema.js';
import { eventually } from '../support/eventually.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';
import { deploymentRef, FOR_SIXTEEN, resizerOf, sizedDeployment } from '../support/resizer-objects.js';
import { aContainer, aSample } from '../support/samples.js';
import { StacksApp, type Call } from '../support/stacks-app.js';

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string }[];
}
interface List<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string;
}

const BOB = `eyJhbGciOiJSUzI1NiJ9.${'bob'.padEnd(12, 'x')}.c2lnbmF0dXJl`;
let records: TestRecords;
let stacks: StacksApp;
let admin: Call;
let operator: Call;
beforeAll(async () => {
  records = await openPgliteRecords();
  stacks = await StacksApp.boot(records.database);
  [admin, operator] = await Promise.all([stacks.caller('admin'), stacks.caller('operator')]);
  for (const name of ['node-1', 'node-2']) stacks.watch.put('nodes', { metadata: { name } });
});
afterAll(async () => {
  await stacks.close();
  await records.close();
});

function seeded(name: string, given: object = {}, namespace = 'shop'): void {
  stacks.cluster.seed(sizedDeployment(name, given, namespace), 'kubectl');
}
/** A resizer that is made, with what it resizes. */
async function made(name: string, resources: object, more: object = {}): Promise<void> {
  seeded(name, resources);
  const answer = await operator('POST', '/resizers', resizerOf(name, more));
  if (answer.status !== 201) throw new Error(answer.text);
}
const resources = (name: string): unknown =>
  (
    stacks.cluster.peek(deploymentRef(name)) as unknown as {
      spec: { template: { spec: { containers: [{ resources: unknown }] } } };
    }
  ).spec.template.spec.containers[0].resources;
const round = () => stacks.app.get(ResizeAll).resize(new AbortController().signal);
const decisions = async (name: string) =>
  (await operator<List<ResizeDecisionView>>('GET', `/resizers/${name}/decisions`)).body.items;

describe('a resizer', () => {
  it('is made, shown, listed, replaced as it was read, and removed', async () => {
    seeded('crud');
    const created = await operator<ResizerView>('POST', '/resizers', resizerOf('crud'));
    expect(created).toMatchObject({
      status: 201,
      headers: { location: '/api/v1/resizers/crud' },
      body: { mode: 'recommend', controls: 'requests-and-limits', rule: { type: 'threshold', upPercent: 5 } },
    });
    const { name: _, ...body } = resizerOf('crud', { mode: 'apply' });
    expect(await operator('PUT', '/resizers/crud', body)).toMatchObject({ status: 200, body: { mode: 'apply' } });
    expect(await operator('POST', '/resizers', resizerOf('crud'))).toMatchObject({ status: 409 });
    const other = { ...resizerOf('crud'), name: 'other' };
    const taken = await operator<Problem>('POST', '/resizers', other);
    expect(taken.body).toMatchObject({ code: 'CONFLICT', detail: expect.stringContaining('at most one') });
    const { body: list } = await operator<List<ResizerView>>('GET', '/resizers?namespace=shop&limit=1');
    expect(list.items.map(({ name }) => name)).toEqual(['crud']);
    expect(await operator('DELETE', '/resizers/crud')).toMatchObject({ status: 204 });
    expect(await operator('GET', '/resizers/crud')).toMatchObject({ status: 404 });
  });

  it('is refused with the pointer to what is wrong', async () => {
    const refused = await operator<Problem>(
      'POST',
      '/resizers',
      resizerOf('bad', { resources: { cpu: { base: 'much' } } }),
    );
    expect(refused).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } });
    expect(refused.body.errors?.map(({ pointer }) => pointer)).toEqual(['/resources/cpu/base']);
  });

  it('recommends with its inputs, and changes nothing', async () => {
    await made('told', { requests: { cpu: '80m', memory: '140Mi' }, limits: { cpu: '80m', memory: '140Mi' } });
    const { body } = await eventually('the nodes are counted', async () => {
      const answer = await operator<ResizeRecommendation>('GET', '/resizers/told/recommendation');
      return answer.body.inputs?.n === 2 ? answer : undefined;
    });
    expect(body).toMatchObject({
      action: 'scale-up',
      because: 'limits.cpu (80m) is 90 % of the estimate, less than 95 %: 88m is to be set',
      inputs: { of: 'nodes', n: 2, countedAs: 16 },
      estimate: FOR_SIXTEEN,
      target: { requests: FOR_SIXTEEN, limits: FOR_SIXTEEN },
    });
    expect(await round()).toMatchObject({ recommended: 1, failed: 0 });
    expect(resources('told')).toEqual({
      requests: { cpu: '80m', memory: '140Mi' },
      limits: { cpu: '80m', memory: '140Mi' },
    });
    await round();
    expect((await decisions('told')).map(({ outcome }) => outcome)).toEqual(['recommended']); // the same once
    await operator('DELETE', '/resizers/told');
  });

  it('applies the amounts alone, records it, and is then content', async () => {
    await made('applied', { requests: { 'nvidia.com/gpu': '1' } }, { mode: 'apply' });
    expect(await round()).toMatchObject({ applied: 1 });
    expect(resources('applied')).toEqual({ requests: { ...FOR_SIXTEEN, 'nvidia.com/gpu': '1' }, limits: FOR_SIXTEEN });
    expect(await round()).toMatchObject({ kept: 1, applied: 0 });
    expect((await decisions('applied')).map(({ outcome, because }) => [outcome, because])).toEqual([
      ['kept', 'all are near enough to their estimates'],
      ['applied', 'limits.cpu is not set: 88m is to be set'],
    ]);
    const first = await operator<List<ResizeDecisionView>>('GET', '/resizers/applied/decisions?limit=1');
    const next = `/resizers/applied/decisions?limit=1&cursor=${first.body.nextCursor ?? ''}`;
    expect((await operator<List<ResizeDecisionView>>('GET', next)).body.items[0]?.outcome).toBe('applied');
    await operator('DELETE', '/resizers/applied');
  });

  it('waits for its delay since the last change', async () => {
    await made(
      'slow',
      { requests: { cpu: '80m', memory: '140Mi' } },
      { mode: 'apply', controls: 'requests', scaleUpDelay: '1h' },
    );
    expect(await round()).toMatchObject({ postponed: 1, applied: 0 });
    expect((await decisions('slow'))[0]?.because).toMatch(/its delay ends in 3\d\d\d s$/);
    await operator('DELETE', '/resizers/slow');
  });

  it('tells who owns an amount, and takes it when it is told to', async () => {
    await made('owned', { requests: { cpu: '1', memory: '1Gi' } }, { mode: 'apply', controls: 'requests' });
    expect(await round()).toMatchObject({ failed: 1 });
    expect((await decisions('owned'))[0]?.because).toMatch(
      /resources\.requests\.cpu belongs to kubectl.*`force` takes it/,
    );
    expect(resources('owned')).toEqual({ requests: { cpu: '1', memory: '1Gi' } });
    const { name: _, ...body } = resizerOf('owned', { mode: 'apply', controls: 'requests', force: true });
    await operator('PUT', '/resizers/owned', body);
    expect(await round()).toMatchObject({ applied: 1 });
    expect(resources('owned')).toEqual({ requests: FOR_SIXTEEN });
    await operator('DELETE', '/resizers/owned');
  });

  it('tells the rule that is missing, exactly', async () => {
    await made('forbidden', {}, { mode: 'apply' });
    stacks.cluster.may = ({ verb, name }) => !(verb === 'patch' && name === 'forbidden');
    expect(await round()).toMatchObject({ failed: 1 });
    stacks.cluster.may = () => true;
    expect((await decisions('forbidden'))[0]?.because).toBe(
      'Quartermaster may not patch Deployment shop/forbidden; add in a Role of the namespace shop: {apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["forbidden"], verbs: ["patch"]}',
    );
    await operator('DELETE', '/resizers/forbidden');
  });

  it('costs no other one when it fails', async () => {
    await made('good', {}, { mode: 'apply' });
    const target = { kind: 'StatefulSet', namespace: 'shop', name: 'none-such', container: 'web' };
    await operator('POST', '/resizers', { ...resizerOf('bad-one'), target });
    await made('a-cut-off', {});
    stacks.cluster.before = ({ verb }) => (verb === 'apply' ? new ClusterUnreachableError('gone') : undefined);
    expect(await round()).toMatchObject({ failed: 2, recommended: 1 });
    stacks.cluster.before = () => undefined;
    expect((await decisions('good'))[0]?.because).toBe('The API server does not answer');
    expect(await round()).toMatchObject({ failed: 1, applied: 1, recommended: 1 });
    expect((await decisions('bad-one'))[0]?.because).toBe('There is no StatefulSet none-such in the namespace shop');
    expect(await operator('GET', '/resizers/bad-one/recommendation')).toMatchObject({ status: 422 });
    const { text: told } = await stacks.app.get(OwnMetrics).expose();
    expect(told).toMatch(/resizer_decisions_total\{outcome="failed"\} \d+/);
    for (const name of ['good', 'bad-one', 'a-cut-off']) await operator('DELETE', `/resizers/${name}`);
  });

  it('is left to whoever evaluates it already', async () => {
    await made('busy', {}, { mode: 'apply' });
    const kept = stacks.app.get(ResizerRecords);
    const other = 'a4d5f1de-4ba1-4d3c-9c5b-0d7b3f8a1c11';
    await kept.hold('busy', other, Date.now(), Date.now() + 60_000);
    expect(await round()).toMatchObject({ busy: 1, applied: 0 });
    await kept.release('busy', other, undefined);
    const both = await Promise.all([round(), round()]);
    expect(both.reduce((sum, { applied }) => sum + applied, 0)).toBe(1);
    await operator('DELETE', '/resizers/busy');
  });

  it('follows what the container of the hungriest pod uses', async () => {
    const now = Date.now();
    const sample = (pod: string, millicores: number) =>
      aSample(aContainer({ namespace: 'shop', pod, container: 'web', workload: 'Deployment/hungry' }), {
        'cpu/usage_rate': millicores,
      });
    for (let minute = 1; minute <= 20; minute += 1) {
      const samples = [sample('hungry-1', 100), sample('hungry-2', minute === 1 ? 900 : 200)];
      await stacks.metrics.writer.append(now - minute * 60_000, [{ scope: 'node-1', samples }]);
    }
    const estimator = { type: 'measured', span: '1h', headroomPercent: 50 };
    await made('hungry', {}, { estimator, resources: { cpu: {} } });
    const { body } = await operator<ResizeRecommendation>('GET', '/resizers/hungry/recommendation');
    expect(body.inputs.use?.['cpu']).toMatch(/^2\d\dm$|^2\d{5}u$|^2\d{8}n$/);
    expect(body).toMatchObject({ action: 'overwrite' });
    await operator('DELETE', '/resizers/hungry');
  });

  it('resizes running pods in place where the cluster can, else the template, and says so', async () => {
    await made('placed', { requests: { cpu: '80m' } }, { mode: 'in-place', controls: 'requests', force: true });
    const { body } = await operator<ResizeRecommendation>('GET', '/resizers/placed/recommendation');
    expect(body.notes).toEqual([expect.stringContaining('pods/resize')]);
    stacks.cluster.resizesPods = true;
    const metadata = { name: 'placed-1', namespace: 'shop' };
    const spec = {
      containers: [{ name: 'web', image: 'web:1', resources: { requests: { cpu: '80m', memory: '140Mi' } } }],
    };
    const pod = stacks.cluster.seed({ apiVersion: 'v1', kind: 'Pod', metadata, spec }, 'kube-controller-manager');
    const { uid } = pod.metadata as unknown as { uid: string };
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'placed', uid: 'd', controller: true };
    stacks.watch.put('deployments', { metadata: { name: 'placed', namespace: 'shop', uid: 'd' } } as never);
    stacks.watch.put('pods', {
      metadata: { ...metadata, uid, ownerReferences: [owner] },
      spec,
      status: { phase: 'Running' },
    } as never);
    await eventually('the pod is seen', async () => {
      const answer = await operator<ResizeRecommendation>('GET', '/resizers/placed/recommendation');
      return answer.body.pod === 'placed-1' ? true : undefined;
    });
    expect(await round()).toMatchObject({ applied: 1 });
    const live = stacks.cluster.peek({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'placed-1' });
    expect(live).toMatchObject({ spec: { containers: [{ resources: { requests: FOR_SIXTEEN } }] } });
    expect(resources('placed')).toEqual({ requests: { cpu: '80m' } });
    const condition = { type: 'PodResizePending', status: 'True', reason: 'Infeasible', message: 'cpu: too much' };
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'placed-1' };
    stacks.cluster.setStatus(ref, { phase: 'Running', conditions: [condition] });
    const pending = await operator<ResizeRecommendation>('GET', '/resizers/placed/recommendation');
    expect(pending.body.notes).toEqual(['Pod placed-1 does not have these amounts yet (Infeasible): cpu: too much']);
    await operator('DELETE', '/resizers/placed');
    stacks.cluster.resizesPods = false;
  });
});

describe('what a resizer sets', () => {
  it('is no drift of the release that the target is part of', async () => {
    const release = { name: 'sized', stack: 'probe', namespace: 'shop' };
    expect(await stacks.over(operator, await operator('POST', '/releases', release))).toMatchObject({
      state: 'succeeded',
    });
    const target = { kind: 'Deployment', namespace: 'shop', name: 'sized-web', container: 'web' };
    expect(
      await operator('POST', '/resizers', { ...resizerOf('sized', { mode: 'apply', force: true }), target }),
    ).toMatchObject({
      status: 201,
    });
    expect(await round()).toMatchObject({ applied: 1, failed: 0 });
    expect(resources('sized-web')).toMatchObject({ limits: FOR_SIXTEEN });
    const { body } = await operator<ReleaseDrift>('GET', '/releases/sized/drift');
    expect(body).toMatchObject({ isDrifted: false, objects: [] });
    stacks.cluster.editAs('kubectl', deploymentRef('sized-web'), { spec: { replicas: 7 } });
    const { body: edited } = await operator<ReleaseDrift>('GET', '/releases/sized/drift');
    expect(edited.objects.flatMap(({ fields }) => fields.map(({ path }) => path))).toEqual(['spec.replicas']);
    await operator('DELETE', '/resizers/sized');
  });
});

describe('resizers are for', () => {
  it('operators, each in its namespaces', async () => {
    seeded('mine', {}, 'data');
    const mine = {
      ...resizerOf('mine'),
      target: { kind: 'Deployment', namespace: 'data', name: 'mine', container: 'web' },
    };
    const limited = await stacks.caller('operator', ['data']);
    expect(await (await stacks.caller('viewer'))('POST', '/resizers', mine)).toMatchObject({ status: 403 });
    expect(await limited('POST', '/resizers', mine)).toMatchObject({ status: 201 });
    await made('theirs', {});
    expect(await limited('POST', '/resizers', resizerOf('another'))).toMatchObject({ status: 403 });
    const { name: _, ...moved } = resizerOf('mine');
    expect(await limited('PUT', '/resizers/mine', moved)).toMatchObject({ status: 403 });
    for (const path of ['', '/recommendation', '/decisions'])
      expect(await limited('GET', `/resizers/theirs${path}`)).toMatchObject({ status: 404 });
    expect(await limited('DELETE', '/resizers/theirs')).toMatchObject({ status: 404 });
    expect((await limited<List<ResizerView>>('GET', '/resizers')).body.items.map(({ name }) => name)).toEqual(['mine']);
    for (const name of ['mine', 'theirs'])
      expect(await admin('DELETE', `/resizers/${name}`)).toMatchObject({ status: 204 });
  });

  it('Kubernetes users who may patch the target themselves', async () => {
    seeded('bobs');
    stacks.authority.users.set(BOB, { username: 'bob', groups: [], extra: {} });
    stacks.authority.allowed.add('bob create resizers@shop');
    const bob = stacks.as(BOB);
    const refused = await bob<Problem>('POST', '/resizers', resizerOf('bobs'));
    expect(refused).toMatchObject({
      status: 403,
      body: { detail: 'bob may not patch Deployment bobs in the namespace shop.' },
    });
    const carols = BOB.replace('bob', 'car');
    stacks.authority.users.set(carols, { username: 'carol', groups: [], extra: {} });
    for (const what of ['create resizers@shop', 'patch apps/deployments/@shop'])
      stacks.authority.allowed.add(`carol ${what}`);
    const carol = stacks.as(carols);
    expect(await carol('POST', '/resizers', resizerOf('bobs', { mode: 'in-place' }))).toMatchObject({ status: 403 });
    expect(await carol('POST', '/resizers', resizerOf('bobs'))).toMatchObject({ status: 201 });
    await admin('DELETE', '/resizers/bobs');
  });
});
