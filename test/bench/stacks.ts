import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulation } from '../../sim/simulation.js';
import { ClusterCredentials } from '../../src/adapters/kubernetes/cluster-credentials.js';
import { KubernetesClusterObjects } from '../../src/adapters/kubernetes/cluster-objects.kubernetes.js';
import { KubernetesApi, OBJECT_CONNECTIONS } from '../../src/adapters/kubernetes/kubernetes-api.js';
import { Log } from '../../src/platform/log.js';
import { diffObject, type ObjectDiff } from '../../src/stacks/core/diff-object.js';
import { type ManifestObject, refOf } from '../../src/stacks/core/manifest-object.js';
import type { ClusterObjects } from '../../src/stacks/objects/cluster-objects.port.js';
import type { Figure } from './figure.js';
import { median } from './median.js';

const OBJECTS = 60;
const ROUNDS = 15;
const CONTAINERS = 3;
const AS = { fieldManager: 'quartermaster', force: true };

/** A diff of 60 objects by dry runs against a simulated cluster, each of which differs in one field, and the connections that it takes. */
export async function benchStacks(): Promise<Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-stacks-'));
  const simulation = await startSimulation({ dir, nodes: 3, podsPerNode: 3 });
  const credentials = new ClusterCredentials({ kubeconfig: simulation.kubeconfigPath }, Log.silent());
  const api = new KubernetesApi(credentials, OBJECT_CONNECTIONS);
  const objects = new KubernetesClusterObjects(api, Date.now);
  await Promise.all(stackOf(1).map(async (object) => objects.apply(object, AS)));
  const tookMs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const fromMs = performance.now();
    const diffs = await diff(objects, stackOf(2));
    tookMs.push(performance.now() - fromMs);
    const isRight = diffs.every(({ action, fields }) => action === 'change' && fields.length === 1);
    if (!isRight) throw new Error('A difference was not found');
  }
  const connections = simulation.connectionsOpened();
  await api.close();
  await simulation.close();
  rmSync(dir, { recursive: true });
  return [
    { name: `diff of ${OBJECTS} objects, median`, value: median(tookMs), unit: 'ms', atMost: 300 },
    { name: 'the first one', value: tookMs[0] ?? NaN, unit: 'ms' },
    { name: 'connections', value: connections, unit: '', atMost: OBJECT_CONNECTIONS },
  ];
}

async function diff(objects: ClusterObjects, wanted: readonly ManifestObject[]): Promise<readonly ObjectDiff[]> {
  return Promise.all(
    wanted.map(async (object) => {
      const [live, wouldBe] = await Promise.all([
        objects.get(refOf(object)),
        objects.apply(object, { ...AS, dryRun: true }),
      ]);
      return diffObject(live, wouldBe);
    }),
  );
}

/** Deployments, Services and ConfigMaps by turns. */
function stackOf(version: number): readonly ManifestObject[] {
  return Array.from({ length: OBJECTS }, (_, index) => {
    const name = `object-${index}`;
    const metadata = { name, namespace: 'default', labels: { app: name } };
    if (index % 3 === 0) return deployment(metadata, version);
    if (index % 3 === 1)
      return {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata,
        data: { version: String(version), more: 'x'.repeat(4096) },
      };
    const ports = [{ name: 'http', port: 80, targetPort: 8000 + version }];
    return { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: name }, ports } };
  });
}

function deployment(metadata: ManifestObject['metadata'], version: number): ManifestObject {
  const labels = { app: metadata.name };
  const containers = Array.from({ length: CONTAINERS }, (_, index) => ({
    name: `c-${index}`,
    image: `busybox:${index === 0 ? version : 1}`,
    ports: [{ containerPort: 8000 + index }],
    env: Array.from({ length: 10 }, (__, number) => ({ name: `V${number}`, value: 'x' })),
  }));
  const template = { metadata: { labels }, spec: { containers } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { replicas: 0, selector: { matchLabels: labels }, template },
  };
}
