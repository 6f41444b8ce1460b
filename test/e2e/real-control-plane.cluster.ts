import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { HttpsApiServerProbe } from '../../src/adapters/kubernetes/api-server-probe.https.js';
import { ClusterCredentials } from '../../src/adapters/kubernetes/cluster-credentials.js';
import { KubernetesClusterObjects } from '../../src/adapters/kubernetes/cluster-objects.kubernetes.js';
import { KubernetesApi } from '../../src/adapters/kubernetes/kubernetes-api.js';
import { SystemClock } from '../../src/platform/clock.js';
import type { Log } from '../../src/platform/log.js';
import { packageRoot } from '../../src/platform/version.js';
import { controlPlaneView } from '../../src/stacks/control-plane/control-plane-view.js';
import { judgeControlPlane } from '../../src/stacks/control-plane/core/judge-control-plane.js';
import { ReadControlPlane } from '../../src/stacks/control-plane/read-control-plane.service.js';
import { WatchLeases } from '../../src/stacks/control-plane/watch-leases.service.js';
import { RealCluster } from '../support/real-cluster.js';

const cluster = RealCluster.open();
const open = new AsyncDisposableStack();
const { signal } = new AbortController();
let reading: ReadControlPlane;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quartermaster-control-plane-'));
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  await cluster.apply(join(packageRoot(), 'deploy', 'rbac.yaml'));
  const kubeconfig = join(folder, 'kubeconfig');
  await cluster.kubeconfigFor('quartermaster', 'quartermaster', kubeconfig);
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined } as unknown as Log;
  const credentials = new ClusterCredentials(
    { kubeconfig, home: '', serviceHost: undefined, servicePort: undefined },
    log,
  );
  await credentials.load();
  const api = new KubernetesApi(credentials);
  open.defer(() => api.close());
  reading = new ReadControlPlane(new KubernetesClusterObjects(api, Date.now), new HttpsApiServerProbe());
});
afterAll(() => open.disposeAsync());

it('a control plane of processes has leaders and an address, and its parts are not visible as pods', async () => {
  const facts = await reading.facts(signal);
  const nowMs = Date.now();
  const view = controlPlaneView(facts, judgeControlPlane(facts, nowMs), nowMs);
  expect(view.replicas).toEqual([]);
  for (const leader of view.leaders)
    expect(leader).toMatchObject({ isHeld: true, holder: expect.stringContaining('_') });
  expect(view.apiServers).toHaveLength(1);
  expect(view.apiServers[0]).toMatchObject({ isReachable: true, isReady: true });
  expect(view.apiServers[0]?.certificateDaysLeft).toBeGreaterThan(0);
  expect(view.findings.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['single-api-server-address', 'not-visible', 'address-unknown']),
  );
  expect(view.verdict.losesANodeWithoutLossOfService).toBe('no');
  expect(view.leaders.map(({ unknown }) => unknown)).toEqual([undefined, undefined]); // the rights suffice
});

it('a watch of Leases that stay with their leaders tells no failover', async () => {
  const untilMs = Date.now() + 3_000;
  const watched = await new WatchLeases(reading, new SystemClock()).watch(untilMs, {
    signal,
    progress: () => undefined,
  });
  expect(watched).not.toHaveProperty('failover');
  expect(watched.leaders).toHaveLength(2);
});
