import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SimulationFixture } from './simulation.fixture.js';

interface List {
  kind: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: { metadata: { name: string; namespace: string }; spec?: { nodeName: string } }[];
}
interface Review {
  status: { authenticated?: boolean; allowed?: boolean; user?: { username?: string }; error?: string };
}

let cluster: SimulationFixture;

beforeAll(async () => {
  cluster = await SimulationFixture.start({ nodes: 3, podsPerNode: 12, bookmarkIntervalMs: 40 });
});
afterAll(async () => cluster.close());

describe('lists', () => {
  it.each([
    ['/api/v1/nodes', 'NodeList'],
    ['/api/v1/namespaces', 'NamespaceList'],
    ['/api/v1/pods', 'PodList'],
    ['/apis/apps/v1/deployments', 'DeploymentList'],
    ['/apis/apps/v1/replicasets', 'ReplicaSetList'],
    ['/apis/apps/v1/statefulsets', 'StatefulSetList'],
    ['/apis/apps/v1/daemonsets', 'DaemonSetList'],
    ['/apis/batch/v1/jobs', 'JobList'],
    ['/apis/batch/v1/cronjobs', 'CronJobList'],
  ])('%s is a %s with items', async (path, kind) => {
    const list = await cluster.askJson<List>(path);
    expect(list.kind).toBe(kind);
    expect(list.items.length).toBeGreaterThan(0);
    expect(Number(list.metadata.resourceVersion)).toBeGreaterThan(0);
  });

  it('come in pages that hold every object once', async () => {
    const whole = await cluster.askJson<List>('/api/v1/pods');
    const names: string[] = [];
    let next: string | undefined = '';
    while (next !== undefined) {
      const page: List = await cluster.askJson<List>(`/api/v1/pods?limit=7&continue=${next}`);
      expect(page.items.length).toBeLessThanOrEqual(7);
      names.push(...page.items.map((item) => `${item.metadata.namespace}/${item.metadata.name}`));
      expect((page.metadata.remainingItemCount ?? 0) > 0).toBe(page.metadata.continue !== undefined);
      next = page.metadata.continue;
    }
    expect(names).toEqual(whole.items.map((item) => `${item.metadata.namespace}/${item.metadata.name}`));
  });

  it('take selectors and a namespace', async () => {
    const onNode = await cluster.askJson<List>('/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-2');
    expect(new Set(onNode.items.map((item) => item.spec?.nodeName))).toEqual(new Set(['node-2']));
    const labelled = await cluster.askJson<List>('/api/v1/namespaces/shop/pods?labelSelector=app%3Dcheckout');
    expect(labelled.items).toHaveLength(2);
    expect(labelled.items.every((item) => item.metadata.namespace === 'shop')).toBe(true);
    expect((await cluster.ask('/api/v1/pods?fieldSelector=spec.colour%3Dred')).status).toBe(400);
  });

  it('can be metadata only, and zipped', async () => {
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
    const partial = await cluster.askJson<List>('/api/v1/pods', { headers: { accept } });
    expect(partial.kind).toBe('PartialObjectMetadataList');
    expect(partial.items[0]).toEqual(expect.objectContaining({ kind: 'PartialObjectMetadata' }));
    expect(partial.items[0]?.spec).toBeUndefined();
    for (let index = 0; index < 40; index++) {
      cluster.simulation.changes.addPod({ namespace: 'bulk', name: `bulk-${index}`, node: 'node-1' });
    }
    const zipped = await cluster.ask('/api/v1/pods', { headers: { 'accept-encoding': 'gzip' } });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    const list = JSON.parse(gunzipSync(Buffer.from(zipped.body, 'latin1')).toString()) as List;
    expect(list.items.length).toBeGreaterThan(75);
  });

  it('answer single objects with their kind, and 404 for others', async () => {
    const node = await cluster.askJson<{ kind: string; status: { daemonEndpoints: object; addresses: object[] } }>(
      '/api/v1/nodes/node-1',
    );
    expect(node.kind).toBe('Node');
    const port = Number(new URL(cluster.kubeletUrl('node-1')).port);
    expect(node.status.daemonEndpoints).toEqual({ kubeletEndpoint: { Port: port } });
    expect(node.status.addresses).toContainEqual({ type: 'InternalIP', address: '127.0.0.1' });
    expect((await cluster.ask('/api/v1/nodes/node-9')).status).toBe(404);
    expect((await cluster.ask('/api/v1/podtemplates')).status).toBe(404);
  });
});

describe('watches', () => {
  it('begin with what there is and go on with what changes', async () => {
    const { changes } = cluster.simulation;
    const watch = await cluster.watch('/api/v1/namespaces/default/pods?watch=true&labelSelector=app%3Dnew');
    changes.addPod({ namespace: 'default', name: 'new-1', node: 'node-1', labels: { app: 'new' } });
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { kind: 'Pod', metadata: { name: 'new-1' } } });
    changes.labelPod('default', 'new-1', { app: 'new', tier: 'web' });
    expect(await watch.next()).toMatchObject({ type: 'MODIFIED', object: { metadata: { labels: { tier: 'web' } } } });
    changes.labelPod('default', 'new-1', { app: 'old' });
    expect(await watch.next()).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'new-1' } } });
    changes.labelPod('default', 'new-1', { app: 'new' });
    expect(await watch.next()).toMatchObject({ type: 'ADDED' });
    changes.removePod('default', 'new-1');
    expect(await watch.next()).toMatchObject({ type: 'DELETED' });
    watch.close();
  });

  it('resume where a version was left', async () => {
    const { changes } = cluster.simulation;
    const { metadata } = await cluster.askJson<List>('/api/v1/pods?limit=1');
    changes.addPod({ namespace: 'default', name: 'missed', node: 'node-1' });
    changes.removePod('default', 'missed');
    const path = `/api/v1/namespaces/default/pods?watch=1&resourceVersion=${metadata.resourceVersion}`;
    const watch = await cluster.watch(path);
    const [added, deleted] = [await watch.next(), await watch.next()];
    expect([added?.type, deleted?.type]).toEqual(['ADDED', 'DELETED']);
    expect(Number(deleted?.object.metadata.resourceVersion)).toBeGreaterThan(
      Number(added?.object.metadata.resourceVersion),
    );
    watch.close();
  });

  it('send bookmarks when asked for, and end at their time', async () => {
    const { metadata } = await cluster.askJson<List>('/api/v1/nodes');
    const watch = await cluster.watch(
      `/api/v1/nodes?watch=true&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion=${metadata.resourceVersion}`,
    );
    const first = await watch.next();
    expect(first).toMatchObject({ type: 'BOOKMARK', object: { kind: 'Node' } });
    expect(Number(first?.object.metadata.resourceVersion)).toBeGreaterThanOrEqual(Number(metadata.resourceVersion));
    let event = first;
    while (event) {
      expect(event.type).toBe('BOOKMARK');
      event = await watch.next();
    }
  });

  it('tell of nodes that come, change and go, whose kubelets answer', async () => {
    const { changes } = cluster.simulation;
    const { metadata } = await cluster.askJson<List>('/api/v1/nodes');
    const watch = await cluster.watch(`/api/v1/nodes?watch=true&resourceVersion=${metadata.resourceVersion}`);
    await changes.addNode('late');
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'late' } } });
    expect((await cluster.ask(`${cluster.kubeletUrl('late')}/stats/summary`)).status).toBe(200);
    changes.labelNode('late', { pool: 'spot' });
    expect(await watch.next()).toMatchObject({ type: 'MODIFIED', object: { metadata: { labels: { pool: 'spot' } } } });
    await changes.removeNode('late');
    expect(await watch.next()).toMatchObject({ type: 'DELETED' });
    watch.close();
  });

  it('are refused with 410 for versions that are gone: as an event, as a status, and for pages', async () => {
    const { faults } = cluster.simulation;
    const page = await cluster.askJson<List>('/api/v1/pods?limit=1');
    const version = page.metadata.resourceVersion;
    const open = await cluster.watch(`/api/v1/nodes?watch=true&resourceVersion=${version}`);
    faults.expire('event');
    expect(await open.next()).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410 } });
    expect(await open.next()).toBeUndefined();
    const late = await cluster.watch(`/api/v1/nodes?watch=true&resourceVersion=${version}`);
    expect(late.status).toBe(200);
    expect(await late.next()).toMatchObject({ type: 'ERROR', object: { code: 410 } });
    faults.expire('status');
    expect((await cluster.ask(`/api/v1/nodes?watch=true&resourceVersion=${version}`)).status).toBe(410);
    expect((await cluster.ask(`/api/v1/pods?limit=1&continue=${page.metadata.continue}`)).status).toBe(410);
    const fresh = await cluster.askJson<List>('/api/v1/nodes');
    const again = await cluster.watch(`/api/v1/nodes?watch=true&resourceVersion=${fresh.metadata.resourceVersion}`);
    expect(again.status).toBe(200);
    again.close();
  });

  it('can be cut, and the server can go away and come back on its port', async () => {
    const { faults } = cluster.simulation;
    const watch = await cluster.watch('/api/v1/nodes?watch=true&timeoutSeconds=60&labelSelector=none');
    const over = watch.next();
    faults.dropWatches();
    expect(await over).toBeUndefined();
    await faults.apiDown();
    await expect(cluster.ask('/api/v1/nodes')).rejects.toThrow(/ECONNREFUSED|ECONNRESET|socket hang up/);
    await expect(cluster.ask('/api/v1/nodes')).rejects.toThrow(/ECONNREFUSED/);
    await faults.apiUp();
    expect((await cluster.ask('/api/v1/nodes')).status).toBe(200);
  });
});

describe('rights', () => {
  it('ask for a known token, and for a rule that covers the request', async () => {
    const { tokens } = cluster.simulation;
    expect((await cluster.ask('/api/v1/pods', { token: '' })).status).toBe(401);
    expect((await cluster.ask('/api/v1/pods', { token: 'wrong' })).status).toBe(401);
    expect((await cluster.ask('/api/v1/pods', { token: tokens.nobody })).status).toBe(403);
    expect((await cluster.ask('/api/v1/pods', { token: tokens.viewer })).status).toBe(403);
    expect((await cluster.ask('/api/v1/namespaces/shop/pods', { token: tokens.viewer })).status).toBe(200);
    expect((await cluster.ask('/api/v1/pods', { token: tokens.collector })).status).toBe(200);
    expect((await cluster.ask('/readyz', { token: '' })).body).toBe('ok');
    const version = await cluster.askJson<{ minor: string }>('/version', { token: '' });
    expect(version.minor).toBe('34');
  });

  it('are told by TokenReview and SubjectAccessReview', async () => {
    const { tokens } = cluster.simulation;
    const post = async (path: string, spec: object) =>
      cluster.askJson<Review>(path, { method: 'POST', body: { spec }, token: tokens.collector });
    const tokenReviews = '/apis/authentication.k8s.io/v1/tokenreviews';
    const known = await post(tokenReviews, { token: tokens.viewer });
    expect(known.status).toMatchObject({ authenticated: true, user: { username: 'viewer' } });
    const unknown = await post(tokenReviews, { token: 'guess' });
    expect(unknown.status.authenticated).toBeUndefined();
    const mayRead = async (user: string, namespace: string) => {
      const resourceAttributes = { group: 'quartermaster.io', resource: 'metrics', verb: 'get', namespace };
      const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
      return (await post(path, { user, resourceAttributes })).status.allowed;
    };
    expect(await mayRead('viewer', 'shop')).toBe(true);
    expect(await mayRead('viewer', 'data')).toBe(false);
    expect(await mayRead('viewer', '')).toBe(false);
    expect(await mayRead('admin', '')).toBe(true);
    expect(await mayRead('nobody', 'shop')).toBe(false);
    expect((await cluster.ask(tokenReviews, { method: 'POST', body: {} })).status).toBe(400);
    expect((await cluster.ask(tokenReviews, { method: 'POST', body: {}, token: tokens.viewer })).status).toBe(403);
  });
});

it('passes kubelet paths on through the node proxy', async () => {
  const proxied = await cluster.askJson<{ node: { nodeName: string } }>('/api/v1/nodes/node-2/proxy/stats/summary');
  expect(proxied.node.nodeName).toBe('node-2');
  expect((await cluster.ask('/api/v1/nodes/node-2:10250/proxy/stats/summary')).status).toBe(200);
  expect((await cluster.ask('/api/v1/nodes/node-9/proxy/stats/summary')).status).toBe(404);
});
