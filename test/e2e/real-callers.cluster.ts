import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MetricValues } from '../../src/metrics/metric-newest.schema.js';
import { packageRoot } from '../../src/platform/version.js';
import { binding, clusterRole } from '../support/kubernetes-rights.js';
import { closedCycles, cyclesSince, missingOf } from '../support/metric-answers.js';
import { eventually } from '../support/eventually.js';
import { Quartermaster } from '../support/program.js';
import { RealCluster } from '../support/real-cluster.js';

const CALLER = { namespace: 'shop', name: `quartermaster-caller-${Date.now()}` };
const PROXY = `quartermaster-proxy-${Date.now()}`;
const OWN = { namespace: 'quartermaster', name: 'quartermaster' };
const ASKED = '/api/v1/metrics/instant?object=ns&metric=memory/working_set';

const cluster = RealCluster.open();
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-real-callers-'));
const open = new AsyncDisposableStack();
let program: Quartermaster;
let token: string;

const bearer = (value: string): RequestInit => ({ headers: { authorization: `Bearer ${value}` } });
/** What a call with the service account's own token answers. */
const asCaller = (path: string) => program.call<MetricValues>(path, bearer(token));

async function start(): Promise<Quartermaster> {
  const kubeconfig = join(folder, 'kubeconfig');
  await cluster.kubeconfigFor(OWN.namespace, OWN.name, kubeconfig);
  return Quartermaster.start({
    KUBECONFIG: kubeconfig,
    DATA_DIR: join(folder, 'data'),
    METRIC_RESOLUTION: '10s',
    KUBELET_ACCESS: 'proxy',
  });
}

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  await cluster.apply(join(packageRoot(), 'deploy', 'rbac.yaml'));
  await cluster.applyWorkload();
  open.use(await cluster.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: CALLER }));
  token = await cluster.tokenOf(CALLER.namespace, CALLER.name);
  const reads = { apiGroups: ['quartermaster.io'], resources: ['metrics'], verbs: ['get', 'list'] };
  open.use(await cluster.create(clusterRole(CALLER.name, [reads])));
  program = open.use(await start());
});

afterAll(() => open.disposeAsync());

describe('kubelets through the API server', () => {
  it('says which right is missing while nodes/proxy is not granted', async () => {
    const [cycle] = await cyclesSince(program, 0, 1);
    expect(cycle).toMatchObject({ state: 'failed', nodesPresent: 0 });
    expect(missingOf(cycle ?? {})).toEqual(['node-1: forbidden', 'node-2: forbidden']);
    expect(cycle?.missing?.[0]?.detail).toContain('nodes/proxy');
  });

  it('collects once it is granted', async () => {
    const reads = { apiGroups: [''], resources: ['nodes/proxy'], verbs: ['get'] };
    open.use(await cluster.create(clusterRole(PROXY, [reads])));
    open.use(await cluster.create(binding(PROXY, OWN)));
    await eventually('a whole cycle', async () =>
      (await closedCycles(program)).some(({ state, nodesPresent }) => state === 'complete' && nodesPresent === 2),
    );
  });
});

describe('a caller with a Kubernetes token', () => {
  it('is turned away without rights, and without a hint of what exists', async () => {
    const { status, body } = await asCaller(ASKED);
    expect(status).toBe(403);
    expect(JSON.stringify(body)).not.toMatch(/shop|kube-system|node-/);
  });

  it('sees the one namespace that a RoleBinding opens', async () => {
    open.use(await cluster.create(binding(CALLER.name, CALLER, 'shop')));
    const { body } = await eventually('the RoleBinding to count', async () => {
      const answer = await asCaller(ASKED);
      return answer.status === 200 && answer;
    });
    expect(body.items.map(({ object }) => object.namespace)).toEqual(['shop']);
    expect(body.coverage).not.toHaveProperty('missing');
    expect((await asCaller(`${ASKED}&namespace=kube-system`)).status).toBe(403);
    expect((await asCaller('/api/v1/metrics/instant?object=node&metric=cpu/usage')).status).toBe(403);
    expect((await asCaller('/api/v1/nodes')).status).toBe(403);
  });

  it('sees all when a ClusterRoleBinding opens all', async () => {
    open.use(await cluster.create(binding(CALLER.name, CALLER)));
    const { body } = await eventually('the ClusterRoleBinding to count', async () => {
      const answer = await asCaller('/api/v1/metrics/instant?object=node&metric=memory/working_set');
      return answer.status === 200 && answer;
    });
    expect(body.items.map(({ object }) => object.node)).toEqual(['node-1', 'node-2']);
    expect((await asCaller('/api/v1/tokens')).status).toBe(403);
  });

  it('is nobody with a token that the cluster did not make', async () => {
    const forged = bearer(`${token.slice(0, -8)}AAAAAAAA`);
    expect((await program.call(ASKED, forged)).status).toBe(401);
  });
});
