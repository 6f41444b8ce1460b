import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SimulationFixture } from '../../sim/simulation.fixture.js';
import { HttpsApiServerProbe } from '../../src/adapters/kubernetes/api-server-probe.https.js';
import { ClusterCredentials } from '../../src/adapters/kubernetes/cluster-credentials.js';
import { KubernetesClusterObjects } from '../../src/adapters/kubernetes/cluster-objects.kubernetes.js';
import { KubernetesApi } from '../../src/adapters/kubernetes/kubernetes-api.js';
import { Log } from '../../src/platform/log.js';
import { SystemClock } from '../../src/platform/clock.js';
import { judgeControlPlane } from '../../src/stacks/control-plane/core/judge-control-plane.js';
import { ReadControlPlane } from '../../src/stacks/control-plane/read-control-plane.service.js';
import { WatchLeases } from '../../src/stacks/control-plane/watch-leases.service.js';

const signal = new AbortController().signal;
const open = new AsyncDisposableStack();
let cluster: SimulationFixture;

async function reader(kubeconfig: string): Promise<ReadControlPlane> {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined } as unknown as Log;
  const credentials = new ClusterCredentials(
    { kubeconfig, home: '', serviceHost: undefined, servicePort: undefined },
    log,
  );
  await credentials.load();
  const api = new KubernetesApi(credentials);
  open.defer(() => api.close());
  return new ReadControlPlane(new KubernetesClusterObjects(api, Date.now), new HttpsApiServerProbe());
}

beforeAll(async () => {
  cluster = await SimulationFixture.start({ nodes: 10, podsPerNode: 9 });
  open.defer(() => cluster.close());
}, 60_000);
afterAll(() => open.disposeAsync(), 60_000);

it('three control-plane nodes behind a load balancer lose one without loss of service', async () => {
  const facts = await (await reader(cluster.simulation.kubeconfigPath)).facts(signal);
  const { verdict, findings } = judgeControlPlane(facts, Date.now());
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  expect(verdict.losesANode).toBe('yes');
  expect('value' in facts.replicas && facts.replicas.value).toHaveLength(12);
  expect(facts.health.map(({ isReady }) => isReady)).toEqual([true, true, true]);
});

it('what may not be read is unknown and no error', async () => {
  const { simulation } = cluster;
  const kubeconfig = simulation.writeKubeconfig(simulation.tokens.nobody, 'nobody');
  const facts = await (await reader(kubeconfig)).facts(signal);
  expect(judgeControlPlane(facts, Date.now()).verdict.losesANode).toBe('unknown');
  expect(facts.leases[0]?.lease).toMatchObject({ unknown: expect.stringContaining('forbidden') });
});

it('a watch measures how long no one held the Lease when the leader stops', async () => {
  const watching = new WatchLeases(await reader(cluster.simulation.kubeconfigPath), new SystemClock());
  let isStopped = false;
  const watched = await watching.watch(Date.now() + 60_000, {
    signal,
    progress: () => {
      if (!isStopped) cluster.simulation.faults.stopLeader('kube-scheduler', 60_000);
      isStopped = true;
    },
  });
  expect(watched.failover).toMatchObject({ component: 'kube-scheduler', fromNode: 'node-01', toNode: 'node-02' });
  expect(watched.failover?.unheldMs).toBeLessThan(watched.failover?.withoutLeaderMs ?? 0);
}, 90_000);
