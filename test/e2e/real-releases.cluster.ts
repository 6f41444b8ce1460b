import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppsV1Api, type KubernetesObject } from '@kubernetes/client-node';
import { packageRoot } from '../../src/platform/version.js';
import type {
  ReleaseDrift,
  ReleaseObjectView,
  ReleaseView,
  StackDiff,
} from '../../src/stacks/releases/release-view.schema.js';
import { eventually } from '../support/eventually.js';
import { ProbeImage } from '../support/probe-image.js';
import { Quartermaster } from '../support/program.js';
import { RealCluster } from '../support/real-cluster.js';

const OWN = { namespace: 'quartermaster', name: 'quartermaster' };
const NAMESPACE = `releases-${Date.now()}`;
const RELEASE = { release: 'try', namespace: NAMESPACE };
const WEB = { name: 'try-web', namespace: NAMESPACE };

const cluster = RealCluster.open();
const apps = cluster.config.makeApiClient(AppsV1Api);
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-real-releases-'));
const open = new AsyncDisposableStack();
let program: Quartermaster;
let image: string;

const call = <Body>(method: string, path: string, body?: object) => program.send<Body>(method, path, body);
const asked = <Body>(method: string, path: string, body?: object) => program.asked<Body>(method, path, body);
const done = (method: string, path: string, body?: object) => program.done(method, path, body);

const probe = (parameters: object = {}, more: object = {}) => ({
  name: RELEASE.release,
  namespace: NAMESPACE,
  stack: 'probe',
  parameters,
  ...more,
});
const replicas = async (): Promise<number | undefined> => (await apps.readNamespacedDeployment(WEB)).spec?.replicas;

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  image = open.use(new ProbeImage()).name;
  await cluster.apply(join(packageRoot(), 'deploy', 'rbac.yaml'));
  open.use(await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }));
  const kubeconfig = join(folder, 'kubeconfig');
  await cluster.kubeconfigFor(OWN.namespace, OWN.name, kubeconfig);
  program = open.use(await Quartermaster.start({ KUBECONFIG: kubeconfig, DATA_DIR: join(folder, 'data') }));
});

afterAll(() => open.disposeAsync());

describe('releases on a real cluster', () => {
  it('tell a right that is missing before anything is applied, and work once exactly those rights are there', async () => {
    const refused = await call<{ detail: string }>('POST', '/releases', probe());
    expect(refused.status).toBe(422);
    expect(refused.body.detail).toMatch(
      /\{apiGroups: \["apps"\], resources: \["deployments"\].*verbs: \[[^\]]*"patch"/,
    );
    expect((await apps.listNamespacedDeployment({ namespace: NAMESPACE })).items).toEqual([]);
    const query = `release=${RELEASE.release}&namespace=${NAMESPACE}&serviceAccount=${OWN.namespace}/${OWN.name}`;
    const { objects } = await asked<{ objects: KubernetesObject[] }>('GET', `/stacks/probe/rbac?${query}`);
    for (const object of objects) open.use(await cluster.create(object));
    await eventually('the rights to count', async () => {
      const diff = await asked<StackDiff>('POST', '/stacks/probe/diff', RELEASE);
      return diff.missingRights.length === 0;
    });
  });

  it('are deployed, and each object tells how it stands', async () => {
    const run = await done('POST', '/releases', probe({ image }));
    expect(run).toMatchObject({ state: 'succeeded' });
    expect((await asked<ReleaseView>('GET', '/releases/try')).state).toBe('deployed');
    const objects = await asked<{ items: ReleaseObjectView[] }>('GET', '/releases/try/objects');
    expect(new Set(objects.items.map(({ state }) => state))).toEqual(new Set(['current']));
  });

  it('are changed as their diff says', async () => {
    const parameters = { image, replicas: 2 };
    const diff = await asked<StackDiff>('POST', '/stacks/probe/diff', { ...RELEASE, parameters });
    expect(diff.summary).toMatchObject({ create: 0, change: 1, delete: 0 });
    expect(diff.objects.flatMap(({ fields }) => fields)).toEqual([
      { path: 'spec.replicas', before: 1, after: 2, owner: 'quartermaster' },
    ]);
    expect(await done('PUT', '/releases/try', { parameters, digest: diff.digest })).toMatchObject({
      state: 'succeeded',
    });
    expect(await replicas()).toBe(2);
    expect(await asked<ReleaseDrift>('GET', '/releases/try/drift')).toMatchObject({ isDrifted: false, objects: [] });
  });

  it('tell of what was changed by hand, and put it back', async () => {
    const scaled = await apps.readNamespacedDeployment(WEB);
    if (scaled.spec) scaled.spec.replicas = 3;
    await apps.replaceNamespacedDeployment({ ...WEB, body: scaled });
    const drift = await asked<ReleaseDrift>('GET', '/releases/try/drift');
    expect(drift.isDrifted).toBe(true);
    expect(drift.objects.flatMap(({ fields }) => fields)).toMatchObject([
      { path: 'spec.replicas', before: 3, after: 2 },
    ]);
    expect(await done('POST', '/releases/try/correct', {})).toMatchObject({ state: 'succeeded' });
    expect(await replicas()).toBe(2);
    expect(await asked<ReleaseDrift>('GET', '/releases/try/drift')).toMatchObject({ isDrifted: false });
  });

  it('fail with the reason where an image cannot be pulled, and are rolled back', async () => {
    const parameters = { image: 'docker.io/library/none-such:1' };
    const run = await done('PUT', '/releases/try', { parameters, timeLimit: '1m' });
    expect(run.state).toBe('failed');
    expect(run.error).toMatch(
      /Deployment try-web: .*waiting: image cannot be pulled \((ErrImagePull|ImagePullBackOff)\)/,
    );
    expect(await asked<ReleaseView>('GET', '/releases/try')).toMatchObject({ state: 'failed', revision: 2 });
    expect(await done('POST', '/releases/try/rollback', { revision: 1 })).toMatchObject({ state: 'succeeded' });
    expect(await replicas()).toBe(1);
  });

  it('may bring roles and their bindings, which no dry run of one alone can see, with exactly the rights that they need', async () => {
    const release = { release: 'lines', namespace: NAMESPACE };
    const query = `release=lines&namespace=${NAMESPACE}&serviceAccount=${OWN.namespace}/${OWN.name}`;
    const { objects } = await asked<{ objects: KubernetesObject[] }>('GET', `/stacks/logging/rbac?${query}`);
    for (const object of objects) open.use(await cluster.create(object));
    const diff = await eventually('the rights to count', async () => {
      const { status, body } = await call<StackDiff & { detail?: string }>('POST', '/stacks/logging/diff', release);
      return status === 200 && body.missingRights.length > 0 ? undefined : body;
    });
    expect(diff.detail).toBeUndefined();
    expect(diff.objects.map(({ problem }) => problem).filter(Boolean)).toEqual([]);
    expect(diff.objects.find(({ kind }) => kind === 'ClusterRoleBinding')).toMatchObject({ action: 'create' });
  });

  it('are removed without a trace', async () => {
    expect(await done('DELETE', '/releases/try')).toMatchObject({ state: 'succeeded', result: { kept: [] } });
    const core = cluster.core();
    const left = [
      ...(await apps.listNamespacedDeployment({ namespace: NAMESPACE })).items,
      ...(await core.listNamespacedService({ namespace: NAMESPACE })).items,
      ...(await core.listNamespacedConfigMap({ namespace: NAMESPACE })).items,
      ...(await core.listNamespacedPod({ namespace: NAMESPACE })).items,
    ].map(({ metadata }) => metadata?.name);
    expect(left).toEqual(['kube-root-ca.crt']);
    expect((await call('GET', '/releases/try')).status).toBe(404);
  });
});
