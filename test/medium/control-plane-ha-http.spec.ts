import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { RunView } from '../../src/jobs/run.schema.js';
import type { HaRenderView } from '../../src/stacks/control-plane/ha/ha.schema.js';
import { kubeadmPod } from '../support/kubeadm-pods.js';
import { leads, mirrorPods, seedNodes } from '../support/mirror-pods.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';
import { type Call, StacksApp } from '../support/stacks-app.js';

const RENDER = '/stacks/control-plane-ha/render';
const INSTALL = '/stacks/control-plane-ha/install';
/** A token that only the API server knows. */
const KIMS = 'eyJhbGciOiJSUzI1NiJ9.a2ltIGlzIHJlYWw.c2lnbmF0dXJl';
const LED = { nodes: [{ name: 'cp-2' }], components: ['kube-controller-manager', 'kube-scheduler'] };

let records: TestRecords;
let stacks: StacksApp;
let admin: Call;

beforeAll(async () => {
  records = await openPgliteRecords();
  stacks = await StacksApp.boot(records.database);
  admin = await stacks.caller('admin');
  seedNodes(stacks.cluster, ['cp-1', 'cp-2']);
  for (const component of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'])
    stacks.cluster.seed(kubeadmPod(component, 'cp-1', '10.0.0.1'));
  for (const component of ['kube-controller-manager', 'kube-scheduler']) leads(stacks.cluster, component, 'cp-1');
  stacks.cluster.seed({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kubeadm-config', namespace: 'kube-system' },
    data: { ClusterConfiguration: 'controlPlaneEndpoint: api.example:6443\n' },
  });
  mirrorPods(stacks.cluster, stacks.staticPods);
}, 60_000);
afterAll(async () => {
  await stacks.close();
  await records.close();
});

describe('the stack control-plane-ha', () => {
  it('stands in the catalogue, with the schema of its parameters and what is called instead of a release', async () => {
    const { body } = await admin<Record<string, unknown>>('GET', '/stacks/control-plane-ha');
    expect(body).toMatchObject({
      scope: 'cluster',
      needs: { agents: true },
      notARelease: expect.stringContaining('/stacks/control-plane-ha/install'),
      parameters: { required: ['nodes'], properties: { virtualIp: { properties: { routerId: { default: 51 } } } } },
    });
  });

  it.each<['GET' | 'POST', string, object | undefined]>([
    ['POST', '/releases', { name: 'ha', stack: 'control-plane-ha', namespace: 'shop', parameters: LED }],
    ['POST', '/stacks/control-plane-ha/diff', { release: 'ha', namespace: 'shop', parameters: LED }],
    ['GET', '/stacks/control-plane-ha/rbac?release=ha&namespace=shop', undefined],
  ])('is no release: %s %s', async (method, path, body) => {
    const { status, text } = await admin(method, path, body);
    expect({ status, text }).toEqual({ status: 422, text: expect.stringContaining('cannot be a release') });
  });

  it('is rendered for an admin of the whole cluster alone', async () => {
    const body = { parameters: LED };
    expect((await (await stacks.caller('operator'))('POST', RENDER, body)).status).toBe(403);
    expect((await (await stacks.caller('admin', ['shop']))('POST', RENDER, body)).status).toBe(403);
    expect((await admin('POST', RENDER, body)).status).toBe(200);
  });

  it('gives each file as it is to stand on its node', async () => {
    const { body } = await admin<HaRenderView>('POST', RENDER, { parameters: { nodes: [{ name: 'cp-2' }] } });
    expect(body.first.map(({ command }) => command)).toContain('kubeadm token create --print-join-command');
    const files = body.nodes[0]?.files ?? [];
    expect(files.map(({ path, writtenBy }) => `${path} ${writtenBy}`)).toEqual([
      '/etc/kubernetes/manifests/etcd.yaml kubeadm',
      '/etc/kubernetes/manifests/kube-apiserver.yaml kubeadm',
      '/etc/kubernetes/manifests/kube-controller-manager.yaml kubeadm',
      '/etc/kubernetes/manifests/kube-scheduler.yaml kubeadm',
    ]);
    expect(parse(files[3]?.content ?? '')).toMatchObject({
      kind: 'Pod',
      metadata: { name: 'kube-scheduler', namespace: 'kube-system' },
      spec: { hostNetwork: true, priorityClassName: 'system-node-critical' },
    });
  });

  it.each<[string, object, string]>([
    ['no nodes', { nodes: [] }, '/parameters/nodes'],
    ['a node twice', { nodes: [{ name: 'a' }, { name: 'a' }] }, '/parameters/nodes'],
    ['a path that leaves its folder', { ...LED, staticPodPath: '/etc/../root' }, '/parameters/staticPodPath'],
    ['a flag of two lines', { ...LED, scheduler: { flags: { v: '4\n5' } } }, '/parameters/scheduler/flags/v'],
    ['no election', { ...LED, scheduler: { flags: { 'leader-elect': 'false' } } }, '/parameters/scheduler/flags'],
    [
      'a shell in an interface',
      { ...LED, virtualIp: { address: '10.0.0.9', interface: '$(id)' } },
      '/parameters/virtualIp/interface',
    ],
    [
      'kube-vip on another port than the API server’s',
      { ...LED, virtualIp: { address: '10.0.0.9', interface: 'eth0', port: 8443 } },
      '/parameters/virtualIp/port',
    ],
    [
      'HAProxy on the port of the API server',
      { ...LED, virtualIp: { kind: 'haproxy-keepalived', address: '10.0.0.9', interface: 'eth0', port: 6443 } },
      '/parameters/virtualIp/port',
    ],
  ])('refuses %s', async (_, parameters, pointer) => {
    const { status, body } = await admin<{ errors: { pointer: string }[] }>('POST', RENDER, { parameters });
    expect({ status, pointers: body.errors.map((error) => error.pointer) }).toEqual({
      status: 400,
      pointers: [pointer],
    });
  });

  it('refuses a managed cluster with the reason', async () => {
    const node = { apiVersion: 'v1', kind: 'Node', name: 'cp-2' };
    stacks.cluster.editAs('eks', node, { metadata: { labels: { 'eks.amazonaws.com/nodegroup': 'a' } } });
    const { status, text } = await admin('POST', RENDER, { parameters: LED });
    stacks.cluster.editAs('eks', node, { metadata: { labels: { 'eks.amazonaws.com/nodegroup': null } } });
    expect({ status, text }).toEqual({ status: 422, text: expect.stringContaining('belongs to EKS') });
  });
});

describe('its installation', () => {
  it.each<[string, object, string]>([
    ['an API server', { nodes: [{ name: 'cp-2' }], components: ['kube-apiserver'] }, '/parameters/components'],
    ['a node that is not there', { ...LED, nodes: [{ name: 'cp-9' }] }, '/parameters/nodes/0/name'],
    [
      'keepalived',
      { ...LED, virtualIp: { kind: 'haproxy-keepalived', address: '10.0.0.9', interface: 'eth0' } },
      '/parameters/virtualIp/kind',
    ],
  ])('refuses %s', async (_, parameters, pointer) => {
    const { status, body } = await admin<{ errors: { pointer: string }[] }>('POST', INSTALL, {
      install: true,
      parameters,
    });
    expect({ status, pointers: body.errors.map((error) => error.pointer) }).toEqual({
      status: 422,
      pointers: [pointer],
    });
  });

  it('is meant, by an admin, and nodes have agents that may', async () => {
    expect((await admin('POST', INSTALL, { parameters: LED })).status).toBe(400);
    const body = { install: true, parameters: LED };
    expect((await (await stacks.caller('operator'))('POST', INSTALL, body)).status).toBe(403);
    stacks.staticPods.away.set('cp-2', 'Static pods of node cp-2 cannot be changed: it has no agent.');
    const { status, text } = await admin('POST', INSTALL, body);
    stacks.staticPods.away.clear();
    expect({ status, text }).toEqual({ status: 422, text: expect.stringContaining('it has no agent') });
    expect(stacks.staticPods.calls).toEqual([]);
  });

  it('is held against what a Kubernetes user may do with such pods', async () => {
    const { authority } = stacks;
    const kim = { username: 'kim', uid: 'u', groups: [], extra: {} };
    authority.users.set(KIMS, kim);
    authority.allowed.add('kim update control-plane@');
    const asKim = stacks.as(KIMS);
    const { status, text } = await asKim('POST', INSTALL, { install: true, parameters: LED });
    expect({ status, text }).toEqual({
      status: 403,
      text: expect.stringContaining('kim may not create Pod kube-system/kube-scheduler'),
    });
  });

  it('brings a second instance in a run, and is audited', async () => {
    const parameters = { ...LED, components: ['kube-scheduler'] };
    const accepted = await admin<RunView>('POST', INSTALL, { install: true, parameters });
    const second = await admin('POST', INSTALL, { install: true, parameters });
    expect({ status: second.status, text: second.text }).toEqual({
      status: 409,
      text: expect.stringContaining(`The run ${accepted.body.id} changes the control plane already`),
    });
    const run = await stacks.over(admin, accepted);
    expect(run).toMatchObject({
      state: 'succeeded',
      result: { installed: [{ node: 'cp-2', component: 'kube-scheduler', replaced: false }] },
    });
    expect([...stacks.staticPods.files.keys()]).toEqual(['cp-2/kube-scheduler.yaml']);
    const { body } = await admin<{ items: { operation?: string }[] }>('GET', '/audit?limit=50');
    expect(JSON.stringify(body)).toContain('control-plane-ha/install');
  });

  it('is taken away again by an admin, in a run, and that is audited', async () => {
    leads(stacks.cluster, 'kube-scheduler', 'cp-1');
    expect((await (await stacks.caller('operator'))('DELETE', `${INSTALL}/cp-2`)).status).toBe(403);
    const accepted = await admin<RunView>('DELETE', `${INSTALL}/cp-2?component=kube-scheduler`);
    expect(accepted.status).toBe(202);
    const renewing = setInterval(() => leads(stacks.cluster, 'kube-scheduler', 'cp-1'), 100);
    const run = await stacks.over(admin, accepted).finally(() => clearInterval(renewing));
    expect(run).toMatchObject({
      state: 'succeeded',
      result: { uninstalled: [{ node: 'cp-2', component: 'kube-scheduler', putBack: false }] },
    });
    expect(stacks.staticPods.files.size).toBe(0);
    const { body } = await admin('GET', '/audit?limit=50');
    expect(JSON.stringify(body)).toContain('uninstallControlPlaneHa');
  });

  it.each(['cp-1', 'cp-2', 'nowhere'])('has nothing to take away where it installed nothing: %s', async (node) => {
    const { status, text } = await admin('DELETE', `${INSTALL}/${node}`);
    expect({ status, text }).toEqual({
      status: 404,
      text: expect.stringContaining('was installed by Quartermaster'),
    });
  });
});
