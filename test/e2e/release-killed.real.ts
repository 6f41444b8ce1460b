import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HoldAt } from '../../sim/held-writes.js';
import { startSimulation, type Simulation } from '../../sim/simulation.js';
import { KubernetesClusterObjects } from '../../src/adapters/kubernetes/cluster-objects.kubernetes.js';
import type { RunView } from '../../src/jobs/run.schema.js';
import type { ManifestObject } from '../../src/stacks/core/manifest-object.js';
import type { ReleaseRevisionView, ReleaseView } from '../../src/stacks/releases/release-view.schema.js';
import { apiOf } from '../support/cluster-client.js';
import { eventually } from '../support/eventually.js';
import { Quartermaster } from '../support/program.js';
import { startServerEngines } from '../support/server-engines.js';
import { writeDocumentedStack } from '../support/stack-folders.js';

const NAMESPACE = 'shop';
const KINDS = [
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['apps/v1', 'Deployment'],
] as const;
const ELSEWHERE = { apiVersion: 'v1', kind: 'ConfigMap', namespace: NAMESPACE, name: 'elsewhere' };

const folder = mkdtempSync(join(tmpdir(), 'quartermaster-release-killed-'));
const open = new AsyncDisposableStack();
let cluster: Simulation;
let objects: KubernetesClusterObjects;
let env: Record<string, string>;
let api: Quartermaster;
let victim: Quartermaster;
let processes = 0;

const started = async (role: string): Promise<Quartermaster> =>
  open.use(await Quartermaster.start({ ...env, ROLE: role, DATA_DIR: join(folder, `${role}-${String(processes++)}`) }));

const asked = <Body>(method: string, path: string, body?: object) => api.asked<Body>(method, path, body);

const over = async ({ id }: RunView): Promise<RunView> =>
  eventually('the run to be over', async () => {
    const { status, body } = await api.call<RunView>(`/api/v1/runs/${id}`);
    return status === 200 && body.finishedAt !== undefined && body;
  });

/** What is done with a release one after the other: deployed with a secret, changed so that a ConfigMap leaves it, removed. */
const WORKS = {
  deploy: (name: string) => asked<RunView>('POST', '/releases', { name, stack: 'hello', namespace: NAMESPACE }),
  change: (name: string) =>
    asked<RunView>('PUT', `/releases/${name}`, { parameters: { page: false, replicas: 2, greeting: 'Bye' } }),
  remove: (name: string) => asked<RunView>('DELETE', `/releases/${name}`),
};
type Work = keyof typeof WORKS;

/** All objects of the namespace whose names begin with a release's, without what is another one each time. */
async function inCluster(release: string): Promise<object[]> {
  const found = (
    await Promise.all(KINDS.map(([apiVersion, kind]) => objects.list({ apiVersion, kind, namespace: NAMESPACE })))
  ).flat();
  const isOf = ({ metadata: { name } }: ManifestObject): boolean => name.includes(release);
  const texts = found.filter(isOf).map(({ kind, metadata, spec, data }) => {
    const { name, labels, generation } = metadata as Record<string, unknown>;
    const content = kind === 'Secret' ? Object.keys(data as object) : data;
    return JSON.stringify({ kind, name, labels, generation, spec, content })
      .replaceAll(release, 'RELEASE')
      .replaceAll(/"[0-9a-f]{16}"/g, '"DIGEST"')
      .replaceAll(/applyset-[\w-]+-v1/g, 'SET')
      .replaceAll(/"10\.96\.\d+\.\d+"/g, '"ADDRESS"');
  });
  return texts.sort().map((text) => JSON.parse(text) as object);
}

async function recorded(name: string): Promise<object> {
  const answer = await api.call<ReleaseView>(`/api/v1/releases/${name}`);
  if (answer.status === 404) return { state: 'absent' };
  const { state, revision, newestRevision, because } = answer.body;
  const { items } = await asked<{ items: ReleaseRevisionView[] }>('GET', `/releases/${name}/revisions`);
  return { state, revision, newestRevision, because, revisions: items.map(({ outcome }) => outcome) };
}

const secretOf = async (release: string): Promise<unknown> =>
  (await objects.get({ apiVersion: 'v1', kind: 'Secret', namespace: NAMESPACE, name: `${release}-web` }))?.['data'];

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  const engines = await startServerEngines(open);
  cluster = await startSimulation({ dir: join(folder, 'cluster'), nodes: 3, podsPerNode: 3 });
  open.defer(() => cluster.close());
  const client = apiOf(cluster.kubeconfigPath);
  open.defer(() => client.close());
  objects = new KubernetesClusterObjects(client, Date.now);
  writeDocumentedStack(join(folder, 'stacks'));
  env = {
    KUBECONFIG: cluster.kubeconfigPath,
    ...engines.environment,
    ADMIN_TOKEN: 'the-admin-token-of-this-test',
    STACKS_DIR: join(folder, 'stacks'),
  };
  api = await started('api');
  victim = await started('worker');
});

afterAll(() => open.disposeAsync());

describe('a change of a release whose worker is killed', () => {
  const usual = new Map<Work, { release: object; cluster: object }>();

  it('has an end that it comes to without', async () => {
    const client = objects;
    await client.apply(
      { ...ELSEWHERE, metadata: { name: 'elsewhere', namespace: NAMESPACE }, data: { a: '1' } },
      { fieldManager: 'someone' },
    );
    for (const work of ['deploy', 'change', 'remove'] as const) {
      expect(await over(await WORKS[work]('usual'))).toMatchObject({ state: 'succeeded' });
      usual.set(work, { release: await recorded('usual'), cluster: await inCluster('usual') });
    }
    expect(usual.get('deploy')?.cluster).toHaveLength(5);
    expect(usual.get('change')?.cluster).toHaveLength(4);
    expect(usual.get('remove')).toEqual({ release: { state: 'absent' }, cluster: [] });
  });

  it.each<[string, Work, HoldAt, string, string]>([
    ['before anything was applied', 'deploy', 'asked', 'PATCH', '/configmaps/quartermaster-release-'],
    ['when a secret was generated', 'deploy', 'done', 'PATCH', '/secrets/'],
    ['when the last object was applied', 'deploy', 'done', 'PATCH', '/deployments/'],
    ['before an object is changed', 'change', 'asked', 'PATCH', '/deployments/'],
    ['when what left was removed', 'change', 'done', 'DELETE', '/configmaps/'],
    ['when half of it is gone', 'remove', 'done', 'DELETE', '/deployments/'],
  ])('%s comes to the same end with another one', async (_, work, at, method, path) => {
    const name = `killed-${processes}`;
    if (work !== 'deploy') await over(await WORKS.deploy(name));
    if (work === 'remove') await over(await WORKS.change(name));
    const untouched = await objects.get(ELSEWHERE);
    const held = cluster.faults.holdWrite(
      at,
      (asking) => asking.method === method && asking.path.includes(path) && asking.query.get('dryRun') === null,
    );
    const run = await WORKS[work](name);
    await held.arrived;
    const secret = await secretOf(name);
    const other = await started('worker');
    await victim.program.end('SIGKILL');
    victim = other;
    held.letGo();
    expect(await over(run)).toMatchObject({ state: 'succeeded' });
    expect({ release: await recorded(name), cluster: await inCluster(name) }).toEqual(usual.get(work));
    if (work !== 'remove' && secret !== undefined) expect(await secretOf(name)).toEqual(secret);
    expect(await objects.get(ELSEWHERE)).toEqual(untouched);
  });
});
