import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgentView } from '../../src/agents/agents.schema.js';
import type { GcPlanView } from '../../src/gc/plans/gc-plan.schema.js';
import type { GcRemovalView } from '../../src/gc/removals/gc-removal.schema.js';
import type { GcRunView } from '../../src/gc/runs/gc-run.schema.js';
import { packageRoot } from '../../src/platform/version.js';
import { eventually } from '../support/eventually.js';
import { nodeFlags, Program, Quartermaster } from '../support/program.js';
import { localNodeFolder, RealCluster } from '../support/real-cluster.js';

const NODE = 'node-1';
const OWN = { namespace: 'quartermaster', name: 'quartermaster' };
const AGENT = { namespace: 'quartermaster', name: 'quartermaster-agent' };
const MB = 1_000_000;
/** Names of this run's own: nothing else on the cluster is touched. */
const REPOSITORY = `docker.io/gc-${Date.now()}`;
const image = (index: number): string => `${REPOSITORY}/app-${String(index)}:1`;
const IMAGES = Array.from({ length: 12 }, (_, index) => image(index + 1));
/** Of the twelve: running, ended but there, of a pod that waits, of a workload that is scaled to nothing. */
const USED = [1, 2, 3, 4].map(image);

const cluster = RealCluster.open();
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-real-gc-'));
const open = new AsyncDisposableStack();
let program: Quartermaster;

const socket = join(localNodeFolder(NODE), 'run', 'containerd.sock');
const ctr = (...args: string[]): string =>
  execFileSync('ctr', ['--address', socket, '--namespace', 'k8s.io', ...args], { encoding: 'utf8' });
const present = (): string[] =>
  ctr('images', 'list', '--quiet')
    .split('\n')
    .filter((name) => name.startsWith(`${REPOSITORY}/`) && !name.includes('@'))
    .sort();

/** An image of about 4 MB that nothing compresses, on every node. */
function load(name: string): void {
  const root = join(folder, 'root');
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, 'bin'), { recursive: true });
  copyFileSync(resolve(localNodeFolder(NODE), '..', 'rootfs/busybox/bin/busybox'), join(root, 'bin/sh'));
  writeFileSync(join(root, 'data'), randomBytes(4 * MB));
  execFileSync(resolve(packageRoot(), '..', 'shared/cluster/cluster'), ['load', name, root, 'sh']);
}

/** A pod on the node that runs a shell command in the image. */
function aPod(name: string, container: string, command: string, restartPolicy = 'Never') {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: {
      nodeName: NODE,
      restartPolicy,
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'app', image: container, imagePullPolicy: 'Never', command: ['/bin/sh', '-c', command] }],
    },
  };
}

const call = <Body>(method: string, path: string, body?: object) => program.asked<Body>(method, `/gc${path}`, body);

const plan = () => call<GcPlanView>('POST', '/plans', { policy: 'real', nodes: [NODE] });
const namesOf = (view: GcPlanView): string[] => view.nodes[0]?.remove.map(({ name }) => name) ?? [];

async function startAgent(): Promise<Program> {
  const token = join(folder, 'token');
  writeFileSync(token, await cluster.nodeTokenOf(AGENT.namespace, AGENT.name, NODE, 'quartermaster'), { mode: 0o600 });
  const env = {
    ROLE: 'agent',
    SERVER_URL: program.url,
    TOKEN_FILE: token,
    NODE_NAME: NODE,
    CONTAINER_RUNTIME_ENDPOINT: `unix://${socket}`,
    AGENT_ALLOW: 'inventory,gc',
    AGENT_MAX_IO_PRESSURE: '100',
    LOG_FORMAT: 'json',
  };
  return new Program('src/main.js', [], env, nodeFlags('start:agent'));
}

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  open.defer(removeImages);
  for (const name of IMAGES) load(name);
  await cluster.apply(join(packageRoot(), 'deploy', 'rbac.yaml'));
  const kubeconfig = join(folder, 'kubeconfig');
  await cluster.kubeconfigFor(OWN.namespace, OWN.name, kubeconfig);
  program = open.use(await Quartermaster.start({ KUBECONFIG: kubeconfig, DATA_DIR: join(folder, 'data') }));
  const agent = await startAgent();
  open.defer(async () => void (await agent.end()));
  await eventually('the agent', async () => {
    const { items } = await program.get<{ items: AgentView[] }>('/api/v1/agents');
    return items.some(({ node, state }) => node === NODE && state === 'connected');
  });
  await call('POST', '/policies', {
    name: 'real',
    dryRun: false,
    imagesPerMinute: 1_000,
    containers: { enabled: false },
    sandboxes: false,
    logs: false,
    images: {
      minAge: '0s',
      targets: [],
      rules: [
        {
          action: 'remove',
          name: 'ours',
          match: { repository: { glob: `${REPOSITORY.slice('docker.io/'.length)}/**` } },
        },
      ],
    },
  });
});

afterAll(() => open.disposeAsync());

function removeImages(): void {
  for (const node of ['node-1', 'node-2']) {
    const address = join(localNodeFolder(node), 'run', 'containerd.sock');
    const tool = (...args: string[]): string =>
      execFileSync('ctr', ['--address', address, '--namespace', 'k8s.io', ...args], { encoding: 'utf8' });
    const ours = tool('images', 'list', '--quiet')
      .split('\n')
      .filter((name) => name.startsWith(`${REPOSITORY}/`));
    if (ours.length > 0) tool('images', 'remove', ...ours);
  }
}

describe('garbage collection on a real node', () => {
  it('finds, plans and removes exactly what nothing needs, the least recently used first, with true freed bytes', async () => {
    const stopping = await cluster.create(aPod('gc-stopping', image(12), 'sleep 3600'));
    open.use(await cluster.create(aPod('gc-running', image(1), 'sleep 3600')));
    open.use(await cluster.create(aPod('gc-ended', image(2), 'exit 0')));
    open.use(await cluster.create({ ...aPod('gc-pending', image(3), ''), spec: unschedulable(image(3)) }));
    open.use(await cluster.create(deployment(image(4))));
    await eventually('the pods to have run', async () => {
      const { items } = await cluster.core().listNamespacedPod({ namespace: 'default' });
      const phaseOf = (pod: string) => items.find(({ metadata }) => metadata?.name === pod)?.status?.phase;
      const isSo = phaseOf('gc-running') === 'Running' && phaseOf('gc-ended') === 'Succeeded';
      return isSo && phaseOf('gc-stopping') === 'Running';
    });
    await plan(); // the ledger sees the image in use
    await stopping[Symbol.asyncDispose]();
    const [first, last] = await eventually('the image to be unused', async () => {
      const made = await plan();
      const names = namesOf(made);
      return names.length === 8 && ([made, names.at(-1)] as const);
    });
    expect(namesOf(first).toSorted()).toEqual(IMAGES.filter((name) => !USED.includes(name)).toSorted());
    expect(last).toBe(image(12)); // it was used last
    const later = image(11);
    open.use(await cluster.create(aPod('gc-late', later, 'sleep 3600')));
    await eventually('the image to be in use', async () => {
      const { status } = await cluster.core().readNamespacedPod({ namespace: 'default', name: 'gc-late' });
      return status?.phase === 'Running';
    });
    const { id } = await call<GcRunView>('POST', '/runs', { plan: first.id, digest: first.digest });
    const run = await eventually('the run to be over', async () => {
      const view = await call<GcRunView>('GET', `/runs/${id}`);
      return view.finishedAt !== undefined && view;
    });
    expect(run).toMatchObject({ state: 'succeeded', result: { planned: 8, removed: 7, kept: 1, failed: 0 } });
    expect(present()).toEqual([...USED, later].toSorted());
    const { items } = await call<{ items: GcRemovalView[] }>('GET', `/removals?run=${id}`);
    const removed = items.filter(({ result }) => result === 'removed').map(({ name }) => name);
    expect(removed.toReversed()).toEqual(namesOf(first).filter((name) => name !== later));
    expect(items.find(({ result }) => result === 'kept')).toMatchObject({ name: later });
    // content and snapshot of each: 4 MB of random bytes and the shell, twice
    expect(run.result?.freedBytes).toBeGreaterThan(7 * 4 * MB);
    expect(run.result?.freedBytes).toBeLessThan(7 * 20 * MB);
  });
});

function unschedulable(container: string) {
  return {
    nodeSelector: { 'gc-test': 'nowhere' },
    containers: [{ name: 'app', image: container, imagePullPolicy: 'Never' }],
  };
}

function deployment(container: string) {
  const labels = { app: 'gc-scaled-down' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'gc-scaled-down', namespace: 'default' },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: container }] } },
    },
  };
}
