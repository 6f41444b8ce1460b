import { expect, it } from '@jest/globals';
import { SimulationFixture } from '../../sim/simulation.fixture.js';
import { ClusterCredentials } from '../../src/adapters/kubernetes/cluster-credentials.js';
import { KubernetesClusterObjects } from '../../src/adapters/kubernetes/cluster-objects.kubernetes.js';
import { KubernetesApi, OBJECT_CONNECTIONS } from '../../src/adapters/kubernetes/kubernetes-api.js';
import { Log } from '../../src/platform/log.js';

it('makes 200 calls at once over at most 4 connections', async () => {
  const cluster = await SimulationFixture.start({ nodes: 1, podsPerNode: 1 });
  const { kubeconfigPath: kubeconfig } = cluster.simulation;
  const api = new KubernetesApi(new ClusterCredentials({ kubeconfig }, Log.silent()), OBJECT_CONNECTIONS);
  const objects = new KubernetesClusterObjects(api, Date.now);
  const calls = Array.from({ length: 200 }, async (_, index) =>
    objects.apply(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c-${index}`, namespace: 'default' } },
      { fieldManager: 'test' },
    ),
  );
  expect(await Promise.all(calls)).toHaveLength(200);
  expect(cluster.simulation.connectionsOpened()).toBeLessThanOrEqual(4);
  await api.close();
  await cluster.close();
});
