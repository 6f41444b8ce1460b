import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppsV1Api, type KubernetesObject, type V1PolicyRule } from '@kubernetes/client-node';
import { packageRoot } from '../../src/platform/version.js';
import type { ResizeDecisionView, ResizeRecommendation } from '../../src/stacks/resizers/resizer-view.schema.js';
import { eventually } from '../support/eventually.js';
import { Quartermaster } from '../support/program.js';
import { RealCluster } from '../support/real-cluster.js';

const OWN = { namespace: 'quartermaster', name: 'quartermaster' };
const NAMESPACE = `resizers-${Date.now()}`;
const WEB = { name: 'web', namespace: NAMESPACE };

const cluster = RealCluster.open();
const apps = cluster.config.makeApiClient(AppsV1Api);
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-resizers-'));
const open = new AsyncDisposableStack();
let program: Quartermaster;
let nodes: number;

const asked = <Body>(method: string, path: string, body?: object) => program.asked<Body>(method, path, body);

const resizer = (mode: string, baseMillicores: number) => ({
  target: { kind: 'Deployment', ...WEB, container: 'web' },
  mode,
  estimator: { type: 'linear', of: 'nodes' },
  resources: { cpu: { base: `${baseMillicores}m`, extra: '0.5m' }, memory: { base: '20Mi', extra: '4Mi' } },
  force: true,
});
/** What the API server makes of it: CPU in whole thousandths. */
const sized = (baseMillicores: number) => ({
  cpu: `${Math.ceil(baseMillicores + nodes / 2)}m`,
  memory: `${20 + 4 * nodes}Mi`,
});

/** The newest decision of an outcome. */
async function decided(outcome: string): Promise<ResizeDecisionView> {
  return eventually(`a decision ${outcome}`, async () => {
    const { items } = await asked<{ items: ResizeDecisionView[] }>('GET', '/resizers/web/decisions');
    return items[0]?.outcome === outcome && items[0];
  });
}

/** Gives Quartermaster the rule that a decision tells to be missing, and nothing else. */
async function grant({ because }: ResizeDecisionView, name: string): Promise<void> {
  const [, namespace, yaml] = /in a Role of the namespace (\S+): (\{.*\})$/.exec(because) ?? [];
  if (namespace !== NAMESPACE || yaml === undefined) throw new Error(`No rule is told: ${because}`);
  const rule = JSON.parse(yaml.replaceAll(/(\w+): \[/g, '"$1": [')) as V1PolicyRule;
  const group = 'rbac.authorization.k8s.io';
  const common = { apiVersion: `${group}/v1`, metadata: { name, namespace } };
  await cluster.create({ ...common, kind: 'Role', rules: [rule] } as KubernetesObject);
  await cluster.create({
    ...common,
    kind: 'RoleBinding',
    roleRef: { apiGroup: group, kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', ...OWN }],
  } as KubernetesObject);
}

const template = async () => (await apps.readNamespacedDeployment(WEB)).spec?.template.spec?.containers[0]?.resources;
const pods = async () => (await cluster.core().listNamespacedPod({ namespace: NAMESPACE })).items;

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  await cluster.apply(join(packageRoot(), 'deploy', 'rbac.yaml'));
  open.use(await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }));
  nodes = (await cluster.core().listNode()).items.length;
  const labels = { app: 'web' };
  const containers = [
    {
      name: 'web',
      image: 'registry.k8s.io/pause:3.10',
      resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '20m', memory: '16Mi' } },
    },
  ];
  await apps.createNamespacedDeployment({
    namespace: NAMESPACE,
    body: {
      metadata: { name: WEB.name },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    },
  });
  const kubeconfig = join(folder, 'kubeconfig');
  await cluster.kubeconfigFor(OWN.namespace, OWN.name, kubeconfig);
  const env = { KUBECONFIG: kubeconfig, DATA_DIR: join(folder, 'data'), RESIZE_INTERVAL: '10s' };
  program = open.use(await Quartermaster.start(env));
});

afterAll(() => open.disposeAsync());

describe('a resizer on a real cluster', () => {
  it('recommends by the number of nodes, without any right of its own', async () => {
    await asked('POST', '/resizers', { name: 'web', ...resizer('recommend', 30) });
    const told = await eventually('the nodes to be counted', async () => {
      const path = '/api/v1/resizers/web/recommendation';
      const { status, body } = await program.call<ResizeRecommendation>(path);
      return status === 200 && body;
    });
    expect(told).toMatchObject({
      action: 'scale-up',
      inputs: { of: 'nodes', n: nodes },
      target: { limits: sized(30) },
    });
    await decided('recommended');
    expect(await template()).toMatchObject({ limits: { cpu: '20m' } });
  });

  it('tells the rule that is missing, and applies once exactly that is there', async () => {
    await asked('PUT', '/resizers/web', resizer('apply', 30));
    await grant(await decided('failed'), 'resize-template');
    await decided('kept'); // after it was applied
    expect(await template()).toEqual({ requests: sized(30), limits: sized(30) });
    const { metadata } = await apps.readNamespacedDeployment(WEB);
    const entry = metadata?.managedFields?.find(({ manager }) => manager === 'quartermaster-resizer');
    expect(entry?.operation).toBe('Apply');
    expect(JSON.stringify(entry?.fieldsV1)).not.toContain('f:image');
    await eventually('the new pod to run', async () => {
      const [pod, ...others] = await pods(); // the old one is there until its kubelet has ended it
      const cpu = pod?.spec?.containers[0]?.resources?.limits?.['cpu'];
      return others.length === 0 && pod?.status?.phase === 'Running' && cpu === sized(30).cpu;
    });
  });

  it('resizes the running pod in place, without restarting it', async () => {
    const [before] = await pods();
    await asked('PUT', '/resizers/web', resizer('in-place', 60));
    await grant(await decided('failed'), 'resize-pods');
    await eventually('the pod to be resized', async () => {
      const { items } = await cluster.core().listNamespacedPod({ namespace: NAMESPACE });
      return items[0]?.status?.containerStatuses?.[0]?.resources?.limits?.['cpu'] === sized(60).cpu;
    });
    const [after] = await pods();
    expect(after?.metadata?.uid).toBe(before?.metadata?.uid);
    expect(after?.status?.containerStatuses?.[0]?.restartCount).toBe(0);
    expect(await template()).toEqual({ requests: sized(30), limits: sized(30) });
    await decided('kept');
  });
});
