import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Validator } from '@seriousme/openapi-schema-validator';
import { startSimulation, type Simulation } from '../../sim/simulation.js';
import { ClusterCredentials } from '../../src/adapters/kubernetes/cluster-credentials.js';
import { KubernetesApi } from '../../src/adapters/kubernetes/kubernetes-api.js';
import { KubernetesClusterWatch } from '../../src/adapters/kubernetes/cluster-watch.kubernetes.js';
import { ClusterController } from '../../src/cluster/cluster.controller.js';
import type { Cluster } from '../../src/cluster/cluster.schema.js';
import { ClusterService } from '../../src/cluster/cluster.service.js';
import { ClusterVersion } from '../../src/cluster/cluster-version.js';
import { ClusterView, WATCHER_OPTIONS } from '../../src/cluster/cluster-view.js';
import { ClusterWatch } from '../../src/cluster/cluster-watch.port.js';
import { ViewKnownNamespaces } from '../../src/cluster/view-known-namespaces.js';
import { KnownNamespaces } from '../../src/auth/known-namespaces.port.js';
import { Node, NodeDetails, NodeList } from '../../src/cluster/node.schema.js';
import { PodDetails, PodList } from '../../src/cluster/pod.schema.js';
import { NamespaceList, WorkloadList } from '../../src/cluster/workload.schema.js';
import { WorkloadsController } from '../../src/cluster/workloads.controller.js';
import { readConfig } from '../../src/platform/config.js';
import { createApp } from '../../src/platform/http/create-app.js';
import { openApiDocument } from '../../src/platform/http/openapi.js';
import { Log } from '../../src/platform/log.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { eventually } from '../support/eventually.js';

class RootModule {}

let folder: string;
let simulation: Simulation;
let api: KubernetesApi;
let view: ClusterView;
let app: NestFastifyApplication;
let namespaces: readonly string[] | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quartermaster-test-'));
  simulation = await startSimulation({ dir: folder, nodes: 5, podsPerNode: 12, bookmarkIntervalMs: 200 });
  const kubeconfig = simulation.writeKubeconfig(simulation.tokens.collector, 'collector');
  api = new KubernetesApi(new ClusterCredentials({ kubeconfig }, Log.silent()));
  const config = readConfig({});
  const root = {
    module: RootModule,
    imports: [PlatformModule.with(config, Log.silent())],
    controllers: [ClusterController, WorkloadsController],
    providers: [
      ClusterService,
      ClusterView,
      ClusterVersion,
      { provide: ClusterWatch, useValue: new KubernetesClusterWatch(api) },
      { provide: WATCHER_OPTIONS, useValue: { firstBackoffMs: 5, maxBackoffMs: 50 } },
      { provide: KnownNamespaces, useClass: ViewKnownNamespaces },
    ],
  };
  app = await createApp(root, config, Log.silent());
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('preHandler', (request, _, done) => {
    request.caller = { name: 'test', kind: 'token', role: 'viewer', ...(namespaces ? { namespaces } : {}) };
    done();
  });
  await app.init();
  view = app.get(ClusterView);
  await app.get(ClusterVersion).ask();
});

afterAll(async () => {
  await app.close();
  await view.stop();
  await api.close();
  await simulation.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  namespaces = undefined;
});

const get = (path: string) => app.inject({ method: 'GET', url: `/api/v1${path}` });

describe('the cluster over HTTP', () => {
  it('says that the cluster was not read yet rather than that it is empty', async () => {
    for (const path of ['/cluster', '/nodes', '/namespaces', '/workloads', '/pods', '/nodes/x', '/pods/a/b']) {
      expect((await get(path)).statusCode).toBe(503);
    }
    await expect(app.get(KnownNamespaces).names()).rejects.toThrow('not been read yet');
    view.start();
    await eventually('the cluster is known', () => view.whenSynced(10_000));
    await eventually('all watches are live', () => view.freshness().watches.every(({ state }) => state === 'live'));
  });

  it('shows the cluster at a glance', async () => {
    const cluster = (await get('/cluster')).json<Cluster>();
    expect(cluster.nodes).toEqual({ total: 5, ready: 5, unschedulable: 0 });
    expect(cluster.version).toMatch(/^v1\./);
    expect(cluster.watches.map(({ resource }) => resource)).toEqual(
      expect.arrayContaining(['nodes', 'namespaces', 'pods', 'replicasets', 'jobs']),
    );
    expect(cluster.pods).toBe(view.pods().length);
    expect(await app.get(KnownNamespaces).names()).toHaveLength(cluster.namespaces);
  });

  it.each([
    ['/nodes', NodeList],
    ['/namespaces', NamespaceList],
    ['/workloads', WorkloadList],
    ['/pods', PodList],
  ] as const)('gives %s page by page, in the same order, nothing twice, as its schema says', async (path, schema) => {
    const whole = schema.parse((await get(`${path}?limit=1000`)).json());
    const items: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = schema.parse((await get(`${path}?limit=4${cursor ? `&cursor=${cursor}` : ''}`)).json());
      expect(page.items.length).toBeLessThanOrEqual(4);
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor);
    expect(items.length).toBeGreaterThan(4);
    expect(items).toEqual(whole.items);
    expect(whole.staleSeconds).toBe(0);
  });

  it('filters pods by namespace, node, workload, labels and name', async () => {
    const all = PodList.parse((await get('/pods?limit=1000')).json()).items;
    const one = all.find(({ workload, node }) => workload?.startsWith('Deployment/') && node);
    const [label = ['', '']] = Object.entries(one?.labels ?? {});
    const filters = {
      [`namespace=${one?.namespace}`]: all.filter(({ namespace }) => namespace === one?.namespace),
      [`node=${one?.node}`]: all.filter(({ node }) => node === one?.node),
      [`workload=${one?.workload}`]: all.filter(({ workload }) => workload === one?.workload),
      [`labelSelector=${encodeURIComponent(label.join('='))}`]: all.filter(
        ({ labels }) => labels[label[0]] === label[1],
      ),
      [`search=${one?.name.slice(2).toUpperCase()}`]: all.filter(({ name }) => name.includes(one?.name.slice(2) ?? '')),
      [`node=${one?.node}&workload=${one?.workload}`]: all.filter(
        (pod) => pod.node === one?.node && pod.workload === one?.workload,
      ),
    };
    for (const [filter, expected] of Object.entries(filters)) {
      const found = PodList.parse((await get(`/pods?limit=1000&${filter}`)).json()).items;
      expect(expected.length).toBeGreaterThan(0);
      expect(found).toEqual(expected);
    }
  });

  it('gives one node and one pod, and 404 with its name for one that is not there', async () => {
    const node = (await get('/nodes')).json<NodeList>().items[0];
    expect(Node.parse(NodeDetails.parse((await get(`/nodes/${node?.name}`)).json()))).toEqual(node);
    const pod = (await get('/pods')).json<PodList>().items[0];
    const details = PodDetails.parse((await get(`/pods/${pod?.namespace}/${pod?.name}`)).json());
    expect(details).toMatchObject({ ...pod });
    expect((await get('/nodes/nowhere')).json()).toMatchObject({ status: 404, detail: 'There is no node nowhere' });
    expect((await get('/pods/shop/none')).json()).toMatchObject({
      status: 404,
      detail: 'There is no pod none in namespace shop',
    });
  });

  it.each([
    ['labelSelector=a%20b', 'labelSelector', /at position 2/],
    ['workload=web', 'workload', /kind\/name/],
    ['cursor=x', 'cursor', /not a cursor/],
    ['colour=red', 'colour', /known are cursor, labelSelector, limit, namespace, node, search, workload/],
  ])('refuses %s and names it', async (query, pointer, detail) => {
    const problem = (await get(`/pods?${query}`)).json<{
      status: number;
      errors: { pointer: string; detail: string }[];
    }>();
    expect(problem.status).toBe(400);
    expect(problem.errors[0]?.pointer).toBe(pointer);
    expect(problem.errors[0]?.detail).toMatch(detail);
  });

  it('shows a limited caller its namespaces alone', async () => {
    namespaces = ['shop'];
    expect((await get('/namespaces')).json<NamespaceList>().items.map(({ name }) => name)).toEqual(['shop']);
    for (const path of ['/workloads', '/pods'] as const) {
      const { items } = (await get(`${path}?limit=1000`)).json<PodList>();
      expect(new Set(items.map(({ namespace }) => namespace))).toEqual(new Set(['shop']));
    }
    const other = view.pods().find(({ namespace }) => namespace !== 'shop');
    expect((await get(`/pods/${other?.namespace}/${other?.name}`)).statusCode).toBe(404);
    expect((await get(`/pods?namespace=${other?.namespace}`)).json<PodList>().items).toEqual([]);
  });

  it('follows the cluster through dropped and expired watches', async () => {
    simulation.faults.dropWatches();
    simulation.changes.addPod({ namespace: 'shop', name: 'while-dropped', node: view.nodes()[0]?.name ?? '' });
    await eventually(
      'the pod of the dropped watch',
      async () => (await get('/pods/shop/while-dropped')).statusCode === 200,
    );
    for (const goneAs of ['event', 'status'] as const) {
      simulation.faults.expire(goneAs);
      simulation.changes.addPod({ namespace: 'shop', name: `expired-${goneAs}`, node: view.nodes()[0]?.name ?? '' });
      await eventually(
        'the pod of the expired watch',
        async () => (await get(`/pods/shop/expired-${goneAs}`)).statusCode === 200,
      );
    }
    simulation.changes.removePod('shop', 'while-dropped');
    await eventually('the pod is gone', async () => (await get('/pods/shop/while-dropped')).statusCode === 404);
  });

  it('goes on answering while the API server is away, and says how old the answer is', async () => {
    await simulation.faults.apiDown();
    const old = await eventually('answers become old', async () => {
      const answer = (await get('/pods?limit=1')).json<PodList>();
      return answer.staleSeconds > 0.2 ? answer : undefined;
    });
    expect(old.items).toHaveLength(1);
    expect((await get('/cluster')).json<Cluster>().watches[0]?.state).toBe('behind');
    await simulation.faults.apiUp();
    await eventually(
      'answers are fresh again',
      async () => (await get('/pods?limit=1')).json<PodList>().staleSeconds === 0,
    );
  });

  it('is described in a valid OpenAPI document', async () => {
    const document = openApiDocument(app, '1.0.0');
    const result = await new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>);
    expect(result.errors ?? []).toEqual([]);
    const parameters = document.paths['/api/v1/pods']?.get?.parameters as { name: string; description?: string }[];
    expect(parameters.map(({ name }) => name).sort()).toEqual([
      'cursor',
      'labelSelector',
      'limit',
      'namespace',
      'node',
      'search',
      'workload',
    ]);
    expect(parameters.every(({ description }) => description)).toBe(true);
    expect(Object.keys(document.components?.schemas ?? {})).toEqual(
      expect.arrayContaining([
        'Cluster',
        'Node',
        'NodeList',
        'NodeDetails',
        'Pod',
        'PodList',
        'Workload',
        'Namespace',
        'WatchReport',
      ]),
    );
  });
});
