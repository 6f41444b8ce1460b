import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { agentToken } from '../../sim/agent-token.js';
import type { SimPod } from '../../sim/model.js';
import { startSimulation, type Simulation } from '../../sim/simulation.js';
import type { AgentView } from '../../src/agents/agents.schema.js';
import type { GcPlanView } from '../../src/gc/plans/gc-plan.schema.js';
import type { GcRemovalView } from '../../src/gc/removals/gc-removal.schema.js';
import type { GcRunView } from '../../src/gc/runs/gc-run.schema.js';
import { DockerServer } from '../support/docker-server.js';
import { eventually } from '../support/eventually.js';
import { nodeFlags, Program, Quartermaster } from '../support/program.js';

const NODE = 'docker-1';
const MB = 1_000_000;
/** Names of this run's own: an engine that is given may have other things. */
const REPOSITORY = `registry.example/gc-${randomUUID().slice(0, 8)}`;
const image = (name: string): string => `${REPOSITORY}/${name}:1`;
const UNUSED = ['unused-1', 'unused-2', 'unused-3'].map(image);
const [LATE = ''] = UNUSED;
const USED_ONCE = image('used-once');
const USED = ['running', 'ended', 'by-hand', 'pause'].map(image);

const folder = mkdtempSync(join(tmpdir(), 'quartermaster-docker-gc-'));
const open = new AsyncDisposableStack();
let docker: DockerServer;
let cluster: Simulation;
let program: Quartermaster;

/** Labels that cri-dockerd gives to what it makes for the kubelet. */
function labelsOf({ namespace, name, uid }: SimPod, container: string, type = 'container'): Record<string, string> {
  return {
    'io.kubernetes.pod.namespace': namespace,
    'io.kubernetes.pod.name': name,
    'io.kubernetes.pod.uid': uid,
    'io.kubernetes.container.name': container,
    'io.kubernetes.docker.type': type,
  };
}

const call = <Body>(method: string, path: string, body?: object) => program.asked<Body>(method, `/gc${path}`, body);

const plan = () => call<GcPlanView>('POST', '/plans', { policy: 'docker' });
const itemsOf = (view: GcPlanView) => view.nodes[0]?.remove ?? [];

async function present(): Promise<string[]> {
  const images = (await docker.list('/images/json')) as { readonly RepoTags: readonly string[] | null }[];
  return images
    .flatMap(({ RepoTags }) => RepoTags ?? [])
    .filter((name) => name.startsWith(`${REPOSITORY}/`))
    .sort();
}

/** Docker tells whole seconds: what is to be newer is made in a later one. */
async function laterSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1000);
  await eventually('the next second', () => Math.floor(Date.now() / 1000) > second);
}

async function runToItsEnd(tag: string, labels: Record<string, string> = {}): Promise<string> {
  const id = await docker.run(tag, 'exit 0', labels);
  await docker.waitFor(id);
  return id;
}

async function startAgent(): Promise<Program> {
  const file = join(folder, 'token');
  writeFileSync(file, agentToken(cluster.users, NODE), { mode: 0o600 });
  const env = {
    ROLE: 'agent',
    SERVER_URL: program.url,
    TOKEN_FILE: file,
    NODE_NAME: NODE,
    CONTAINER_RUNTIME_ENDPOINT: `docker://${docker.socket}`,
    AGENT_MAX_IO_PRESSURE: '100',
    LOG_FORMAT: 'json',
  };
  return new Program('src/main.js', [], env, nodeFlags('start:agent'));
}

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  docker = DockerServer.start({ onOwnDisk: true });
  open.defer(() => docker.stop());
  for (const name of [...UNUSED, USED_ONCE, ...USED]) await docker.addImage([name], 8 * MB);
  cluster = await startSimulation({ dir: join(folder, 'cluster'), nodes: 1, podsPerNode: 1 });
  open.defer(() => cluster.close());
  await cluster.changes.addNode(NODE);
  program = open.use(await Quartermaster.start({ KUBECONFIG: cluster.kubeconfigPath, DATA_DIR: join(folder, 'data') }));
  const agent = await startAgent();
  open.defer(async () => void (await agent.end()));
  await eventually('the agent', async () => {
    const { items } = await program.get<{ items: AgentView[] }>('/api/v1/agents');
    return items.some(({ node, state }) => node === NODE && state === 'connected');
  });
  const match = { repository: { glob: `${REPOSITORY.slice('registry.example/'.length)}/**` } };
  await call('POST', '/policies', {
    name: 'docker',
    nodes: { names: [NODE] },
    dryRun: false,
    imagesPerMinute: 1_000,
    containers: { minAge: '0s' },
    logs: false,
    images: { minAge: '0s', targets: [], rules: [{ action: 'remove', name: 'ours', match }] },
  });
});

afterAll(() => open.disposeAsync());

describe('garbage collection through Docker Engine', () => {
  it('finds, plans and removes exactly what nothing needs, in order, and leaves what has come into use since', async () => {
    const pod = cluster.changes.addPod({
      namespace: 'shop',
      name: 'web-1',
      node: NODE,
      containers: [{ name: 'app', image: image('running'), cpuMillis: 50, memoryMi: 64 }],
    });
    await docker.run(image('pause'), 'exec sleep 3600', labelsOf(pod, 'POD', 'podsandbox'));
    await docker.run(image('running'), 'exec sleep 3600', labelsOf(pod, 'app'));
    const older = await runToItsEnd(image('ended'), labelsOf(pod, 'helper'));
    await laterSecond();
    const newer = await runToItsEnd(image('ended'), labelsOf(pod, 'helper'));
    const byHand = await runToItsEnd(image('by-hand'));
    await plan(); // the ledger sees all images for the first time
    const once = await docker.run(USED_ONCE, 'exec sleep 3600');
    await eventually('the ledger to see the image in use', async () => {
      const names = itemsOf(await plan()).map(({ name }) => name);
      return names.includes(LATE) && !names.includes(USED_ONCE);
    });
    await docker.call('DELETE', `/containers/${once}?force=1`);
    const made = await eventually('the image to be unused', async () => {
      const view = await plan();
      return itemsOf(view).some(({ name }) => name === USED_ONCE) && view;
    });
    const images = itemsOf(made)
      .filter(({ kind }) => kind === 'image')
      .map(({ name }) => name);
    expect(images.toSorted()).toEqual([...UNUSED, USED_ONCE].toSorted());
    expect(images.at(-1)).toBe(USED_ONCE); // it was used last
    expect(itemsOf(made)[0]).toMatchObject({ key: `container/${older}`, name: 'shop/web-1/helper' });
    expect(itemsOf(made)).toHaveLength(5);
    const late = await docker.run(LATE, 'exec sleep 3600');
    const { id } = await call<GcRunView>('POST', '/runs', { plan: made.id, digest: made.digest });
    const run = await eventually('the run to be over', async () => {
      const view = await call<GcRunView>('GET', `/runs/${id}`);
      return view.finishedAt !== undefined && view;
    });
    expect(run).toMatchObject({ state: 'succeeded', result: { planned: 5, removed: 4, kept: 1, failed: 0 } });
    expect(await present()).toEqual([...USED, LATE].toSorted());
    const { items } = await call<{ items: GcRemovalView[] }>('GET', `/removals?run=${id}`);
    const removed = items.filter(({ result }) => result === 'removed').map(({ name }) => name);
    expect(removed.toReversed()).toEqual(['shop/web-1/helper', ...images.filter((name) => name !== LATE)]);
    expect(items.find(({ result }) => result === 'kept')).toMatchObject({ name: LATE });
    const left = (await docker.list('/containers/json?all=1')) as { readonly Id: string }[];
    const ids = left.map((one) => one.Id);
    expect(ids).toEqual(expect.arrayContaining([newer, byHand, late]));
    expect(ids).not.toContain(older);
    expect(run.result?.freedBytes).toBeGreaterThan(3 * 8 * MB);
    expect(run.result?.freedBytes).toBeLessThan(3 * 16 * MB);
  });
});
