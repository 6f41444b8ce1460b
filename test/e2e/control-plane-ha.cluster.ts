import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoordinationV1Api } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunView } from '../../src/jobs/run.schema.js';
import { packageRoot } from '../../src/platform/version.js';
import type { ControlPlaneView } from '../../src/stacks/control-plane/control-plane.schema.js';
import type { HaRenderView } from '../../src/stacks/control-plane/ha/ha.schema.js';
import type { InstalledHa } from '../../src/stacks/control-plane/ha/install-ha.service.js';
import type { WatchedLeases } from '../../src/stacks/control-plane/watch-leases.service.js';
import { eventually } from '../support/eventually.js';
import { HeldLease } from '../support/held-lease.js';
import { LocalControlPlane } from '../support/local-control-plane.js';
import { type Answer, nodeFlags, Program, Quartermaster } from '../support/program.js';
import { localFolder, localNodeFolder, RealCluster } from '../support/real-cluster.js';

const NODES = ['node-1', 'node-2'];
const LED = ['kube-controller-manager', 'kube-scheduler'] as const;
const INSTALL = '/stacks/control-plane-ha/install';
const NAMESPACE = 'kube-system';
const PATIENTLY = '10m';

const cluster = RealCluster.open();
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-ha-'));
const open = new AsyncDisposableStack();
const controlPlane = new LocalControlPlane();
const held = new HeldLease(cluster, 'kube-scheduler');
let program: Quartermaster;
let parameters: Record<string, unknown>;

const manifestOf = (component: string, node = 'node-2'): string =>
  join(localNodeFolder(node), 'manifests', `${component}.yaml`);
const leases = (): CoordinationV1Api => cluster.config.makeApiClient(CoordinationV1Api);

async function startAgent(node: string): Promise<Program> {
  const token = join(folder, `token-${node}`);
  const text = await cluster.nodeTokenOf('quartermaster', 'quartermaster-agent', node, 'quartermaster');
  writeFileSync(token, text, { mode: 0o600 });
  const env = {
    ROLE: 'agent',
    SERVER_URL: program.url,
    TOKEN_FILE: token,
    NODE_NAME: node,
    DATA_DIR: join(folder, `agent-${node}`),
    CONTAINER_RUNTIME_ENDPOINT: `unix://${join(localNodeFolder(node), 'run', 'containerd.sock')}`,
    AGENT_ALLOW: 'static-pods',
    STATIC_POD_PATH: join(localNodeFolder(node), 'manifests'),
    LOG_FORMAT: 'json',
  };
  return new Program('src/main.js', [], env, nodeFlags('start:agent'));
}

async function post<Body>(path: string, body: object): Promise<Answer<Body>> {
  const headers = { 'content-type': 'application/json' };
  return program.call<Body>(`/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

const remove = (node: string, timeLimit = PATIENTLY): Promise<Answer<RunView & { detail?: string }>> =>
  program.call(`/api/v1${INSTALL}/${node}?timeLimit=${timeLimit}`, { method: 'DELETE' });

/** The run that a call was accepted as, when `isFar` says so; over, unless told otherwise. */
async function run(
  accepted: { readonly status: number; readonly body: RunView },
  isFar = ({ finishedAt }: RunView) => finishedAt !== undefined,
): Promise<RunView> {
  expect(accepted).toMatchObject({ status: 202 });
  const { id } = accepted.body;
  return eventually(`the run ${id}`, async () => {
    const found = await program.get<RunView>(`/api/v1/runs/${id}`);
    return isFar(found) && found;
  });
}

/** The pod of a component on node-2 when it is ready. */
async function readyPod(component: string): Promise<ControlPlaneView['replicas'][number]> {
  return eventually(`${component} on node-2 to be ready`, async () => {
    const { replicas } = await program.get<ControlPlaneView>('/api/v1/control-plane');
    return replicas.find((one) => one.component === component && one.node === 'node-2' && one.isReady);
  });
}

/** Takes everything away and leaves the processes leading, as they were found. */
async function restore(): Promise<void> {
  await held.release();
  for (const node of NODES) for (const component of LED) rmSync(manifestOf(component, node), { force: true });
  await eventually('the static pods to be gone', async () => {
    const { items } = await cluster
      .core()
      .listNamespacedPod({ namespace: NAMESPACE, labelSelector: 'tier=control-plane' });
    return items.length === 0;
  });
  controlPlane.startLeaders(); // not before: they listen where static pods of their node do
  const goneAtMs = Date.now();
  for (const name of LED)
    await eventually(`${name} to be led by its process`, async () => {
      const { spec } = await leases().readNamespacedLease({ namespace: NAMESPACE, name });
      return Boolean(spec?.holderIdentity) && new Date(spec?.renewTime ?? 0).getTime() > goneAtMs;
    });
}

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  await cluster.apply(join(packageRoot(), 'deploy', 'rbac.yaml'));
  open.use(cluster.loadControlPlaneImages());
  const version = await cluster.version();
  const pki = (name: string): string => localFolder(`pki/${name}`);
  parameters = {
    nodes: [{ name: 'node-2' }],
    scheduler: {
      image: `registry.k8s.io/kube-scheduler:${version}`,
      flags: { kubeconfig: localFolder('scheduler.kubeconfig') },
    },
    controllerManager: {
      image: `registry.k8s.io/kube-controller-manager:${version}`,
      flags: {
        kubeconfig: localFolder('controller-manager.kubeconfig'),
        'root-ca-file': pki('ca.crt'),
        'service-account-private-key-file': pki('sa.key'),
        'cluster-signing-cert-file': pki('ca.crt'),
        'cluster-signing-key-file': pki('ca.key'),
        'use-service-account-credentials': 'true',
        'service-cluster-ip-range': '10.96.0.0/16',
      },
    },
  };
  const kubeconfig = join(folder, 'kubeconfig');
  await cluster.kubeconfigFor('quartermaster', 'quartermaster', kubeconfig);
  program = open.use(await Quartermaster.start({ KUBECONFIG: kubeconfig, DATA_DIR: join(folder, 'data') }));
  open.defer(restore);
  for (const node of NODES) {
    const agent = await startAgent(node);
    open.defer(async () => void (await agent.end()));
  }
  await eventually('both agents', async () => {
    const { items } = await program.get<{ items: { state: string }[] }>('/api/v1/agents');
    return items.filter(({ state }) => state === 'connected').length === NODES.length;
  });
});

afterAll(() => open.disposeAsync());

describe('a control plane of one node', () => {
  it('asks for what its processes do not show, and renders the rest from what is given', async () => {
    const bare = await post<{ errors: { pointer: string }[] }>('/stacks/control-plane-ha/render', {
      parameters: { nodes: [{ name: 'node-2' }] },
    });
    expect(bare.status).toBe(422);
    expect(bare.body.errors.map(({ pointer }) => pointer)).toContain('/parameters/scheduler/flags/kubeconfig');
    const { status, body } = await post<HaRenderView>('/stacks/control-plane-ha/render', { parameters });
    expect(status).toBe(200);
    expect(body.nodes.map(({ node, files }) => [node, files.map(({ writtenBy }) => writtenBy)])).toEqual([
      ['node-2', ['agent', 'agent']],
    ]);
    expect(body.notes.join(' ')).toContain('kubeadm did not make this cluster');
  });

  it('gets a second scheduler and controller manager through the agent of another node', async () => {
    const accepted = await post<RunView>(INSTALL, {
      install: true,
      parameters,
      timeLimit: PATIENTLY,
    });
    const ended = await run(accepted);
    expect({ state: ended.state, error: ended.error }).toEqual({ state: 'succeeded', error: undefined });
    expect(ended.result).toMatchObject({
      installed: LED.map((component) => ({
        node: 'node-2',
        component,
        fileName: `${component}.yaml`,
        replaced: false,
      })),
    });
    for (const component of LED) {
      expect(await readyPod(component)).toMatchObject({ isStatic: true, flags: { 'leader-elect': 'true' } });
      expect(readFileSync(manifestOf(component), 'utf8')).toContain(`name: ${component}`);
    }
  });

  it('an installation that was done already is done again without a change', async () => {
    const before = LED.map((component) => readFileSync(manifestOf(component), 'utf8'));
    const pods = await cluster.core().listNamespacedPod({ namespace: NAMESPACE, labelSelector: 'tier=control-plane' });
    const ended = await run(await post<RunView>(INSTALL, { install: true, parameters, timeLimit: PATIENTLY }));
    expect({ state: ended.state, error: ended.error }).toEqual({ state: 'succeeded', error: undefined });
    expect(LED.map((component) => readFileSync(manifestOf(component), 'utf8'))).toEqual(before);
    const after = await cluster.core().listNamespacedPod({ namespace: NAMESPACE, labelSelector: 'tier=control-plane' });
    const uids = ({ items }: typeof after) => new Set(items.map(({ metadata }) => metadata?.uid));
    expect(uids(after)).toEqual(uids(pods));
  });

  it.each(LED)(
    'survives the loss of the node of its %s, and a watch measures how long nobody led',
    async (component) => {
      const lease = await leases().readNamespacedLease({ namespace: NAMESPACE, name: component });
      const accepted = await post<RunView>('/control-plane/watch', { duration: '30m' });
      await run(accepted, ({ progress }) => progress.message?.includes(`${component}: `) === true);
      await controlPlane.killLeader(component);
      const ended = await run(accepted);
      expect({ state: ended.state, error: ended.error }).toEqual({ state: 'succeeded', error: undefined });
      const { failover } = ended.result as WatchedLeases;
      expect(failover).toMatchObject({ component, from: lease.spec?.holderIdentity });
      expect(failover?.to).not.toBe(failover?.from);
      expect(failover?.withoutLeaderMs).toBeGreaterThanOrEqual(failover?.unheldMs ?? NaN);
      process.stdout.write(`failover of ${component}: ${JSON.stringify(failover)}\n`);
      controlPlane.startLeaders();
    },
  );

  it('a manifest that does not come up is put back by its agent, and the run tells why', async () => {
    const before = readFileSync(manifestOf('kube-scheduler'), 'utf8');
    const { scheduler } = parameters as { scheduler: { flags: object } };
    const broken = {
      ...parameters,
      components: ['kube-scheduler'],
      scheduler: { ...scheduler, flags: { ...scheduler.flags, 'no-such-flag': 'true' } },
    };
    const accepted = await post<RunView>(INSTALL, {
      install: true,
      parameters: broken,
      timeLimit: '10s',
    });
    await eventually('the broken manifest', () => readFileSync(manifestOf('kube-scheduler'), 'utf8') !== before);
    const ended = await run(accepted);
    expect(ended.state).toBe('failed');
    expect(ended.error).toContain('the agent of node-2 has put back what was there before (another manifest)');
    expect(readFileSync(manifestOf('kube-scheduler'), 'utf8')).toBe(before);
    await readyPod('kube-scheduler');
  });

  it('nothing is written where what a component needs is not on the node', async () => {
    const before = readFileSync(manifestOf('kube-scheduler'), 'utf8');
    const missing = {
      ...parameters,
      components: ['kube-scheduler'],
      scheduler: { ...(parameters['scheduler'] as object), flags: { kubeconfig: '/etc/kubernetes/nowhere.conf' } },
    };
    const ended = await run(await post<RunView>(INSTALL, { install: true, parameters: missing }));
    expect(ended).toMatchObject({ state: 'failed', error: expect.stringContaining('/etc/kubernetes/nowhere.conf') });
    expect(readFileSync(manifestOf('kube-scheduler'), 'utf8')).toBe(before);
  });

  it('is taken away from its node again, and its processes go on', async () => {
    const ended = await run(await remove('node-2'));
    expect({ state: ended.state, error: ended.error }).toEqual({ state: 'succeeded', error: undefined });
    expect(ended.result).toMatchObject({
      uninstalled: LED.map((component) => ({ node: 'node-2', component, putBack: false })),
    });
    expect(LED.filter((component) => existsSync(manifestOf(component)))).toEqual([]);
    expect(await remove('node-2')).toMatchObject({ status: 404 });
  });
});

describe('a control plane whose scheduler leads on one of two nodes', () => {
  const nodes = [{ name: 'node-2' }, { name: 'node-1' }];

  it('is installed on the leader’s node last', async () => {
    await controlPlane.killLeader('kube-scheduler');
    await held.holdAs('node-2');
    const both = { ...parameters, nodes, components: ['kube-scheduler'] };
    const ended = await run(await post<RunView>(INSTALL, { install: true, parameters: both, timeLimit: PATIENTLY }));
    expect({ state: ended.state, error: ended.error }).toEqual({ state: 'succeeded', error: undefined });
    const { installed, leaders } = ended.result as InstalledHa;
    expect(installed.map(({ node }) => node)).toEqual(['node-1', 'node-2']);
    expect(leaders).toMatchObject({ 'kube-scheduler': 'node-2' });
  });

  it('is taken from the leader’s node while another is ready, and never from the last', async () => {
    const ended = await run(await remove('node-2'));
    expect({ state: ended.state, error: ended.error }).toEqual({ state: 'succeeded', error: undefined });
    await held.holdAs('node-1');
    const { status, body } = await remove('node-1');
    expect({ status, detail: body.detail }).toEqual({
      status: 422,
      detail: expect.stringContaining('kube-scheduler on node-1 may be the last that the cluster has'),
    });
  });

  it('has its last scheduler back by itself, where it could not be told that it is the last', async () => {
    await held.release();
    await eventually('the pod to lead, under the name of the machine', async () => {
      const { spec } = await leases().readNamespacedLease({ namespace: NAMESPACE, name: 'kube-scheduler' });
      return Boolean(spec?.holderIdentity);
    });
    const before = readFileSync(manifestOf('kube-scheduler', 'node-1'), 'utf8');
    const ended = await run(await remove('node-1', '10s'));
    expect(ended).toMatchObject({
      state: 'failed',
      error: expect.stringMatching(/Not so after 10s: .* the agent of node-1 has put back what was there before/),
    });
    expect(readFileSync(manifestOf('kube-scheduler', 'node-1'), 'utf8')).toBe(before);
  });
});
