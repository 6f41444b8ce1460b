import { gunzipSync } from 'node:zlib';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresCycleRecords } from '../../src/adapters/postgres/cycle-records.postgres.js';
import { eventually } from '../support/eventually.js';
import { startExpositionApi } from '../support/exposition-api.js';
import { MemoryMetricStore } from '../support/memory-metric-store.js';
import { asTenant, fillCycles, fillStore, MINUTE, noCycles, type ProblemBody, T0 } from '../support/metric-api.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';
import { aFullSample, aNode, aPod, aSample } from '../support/samples.js';

/** Half a minute after the newest cycle. */
const NOW = T0 + 30_000;
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const AT = '1772618400';

function ask(app: NestFastifyApplication, query = '', headers: Record<string, string> = {}) {
  return app.inject({ method: 'GET', url: `/metrics/cluster${query}`, headers });
}

/** The samples of a 200, without the prefix of their names and without their times. */
async function linesOf(app: NestFastifyApplication, query = '', headers = {}): Promise<string[]> {
  const { statusCode, body } = await ask(app, query, headers);
  expect([statusCode, statusCode === 200 ? '' : body]).toEqual([200, '']);
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => line.replace(/^quartermaster_kube_/, '').replace(/ \d{10,}(\.\d+)?$/, ''));
}

async function problemOf(app: NestFastifyApplication, query: string, status: number, headers = {}) {
  const answer = await ask(app, query, headers);
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([status, 'application/problem+json']);
  return answer.json<ProblemBody>();
}

const SHOP_PODS = [
  'cpu_usage_cores{object="pod",namespace="shop",pod="cart-1",node="node-1",workload="Deployment/cart"} 0.359',
  'cpu_usage_cores{object="pod",namespace="shop",pod="web-1",node="node-1",workload="Deployment/web"} 0.159',
];
const VAULT = 'cpu_usage_cores{object="pod",namespace="bank",pod="vault-1",node="node-1"} 0.259';
const SHOP = 'cpu_usage_cores{object="ns",namespace="shop"} 0.4';
const NODE = 'cpu_usage_cores{object="node",node="node-1"} 0.759';
const CONTAINER =
  'cpu_usage_cores{object="pod_container",namespace="shop",pod="web-1",container="app",node="node-1",workload="Deployment/web"} 0.149';
const DISK =
  'filesystem_usage_bytes{object="pod",namespace="shop",pod="web-1",node="node-1",workload="Deployment/web",resource="Volume:data"} 5';
const WEB = '{object="pod",namespace="shop",pod="web-1",node="node-1",workload="Deployment/web"}';
const OF_WEB = [`cpu_request_cores${WEB} 0.25`, `cpu_limit_cores${WEB} 0.5`, `network_rx_bytes_total${WEB} 354000`];
const [WEB_REQUEST = '', WEB_LIMIT = '', WEB_RX = ''] = OF_WEB;
const OF_NODE = [
  'cpu_request_cores{object="node",node="node-1"} 0.25',
  'cpu_node_capacity_cores{object="node",node="node-1"} 4',
  'cpu_node_allocatable_cores{object="node",node="node-1"} 3.8',
  'ephemeral_storage_usage_bytes{object="node",node="node-1"} 900',
];
const [NODE_REQUEST = '', NODE_CAPACITY = '', NODE_ALLOCATABLE = '', NODE_DISK = ''] = OF_NODE;
/** Of the cluster: each metric with its value. */
const ofCluster = (line: string): string => line.replace(' ', '{object="cluster"} ');
const COLLECTION = ['collection_age_seconds 30', 'collection_nodes_expected 2', 'collection_nodes_present 1'];
const MISSING = 'collection_node_missing{node="node-2",reason="timeout"} 1';

describe('GET /metrics/cluster', () => {
  let app: NestFastifyApplication;
  let records: TestRecords;

  beforeAll(async () => {
    const store = new MemoryMetricStore();
    await fillStore(store.writer);
    records = await openPgliteRecords();
    const cycles = new PostgresCycleRecords(records.database);
    await fillCycles(cycles);
    app = await startExpositionApi(store.reader, cycles, () => NOW);
  });
  afterAll(async () => {
    await app.close();
    await records.close();
  });

  it('is the newest sample of everything, each metric together, and how fresh and complete that is', async () => {
    expect(await linesOf(app)).toEqual([
      ...COLLECTION,
      MISSING,
      ofCluster('cpu_usage_cores 0.6'),
      SHOP,
      NODE,
      VAULT,
      ...SHOP_PODS,
      CONTAINER,
      ofCluster('cpu_request_cores 0.25'),
      NODE_REQUEST,
      WEB_REQUEST,
      WEB_LIMIT,
      ofCluster('cpu_node_capacity_cores 4'),
      NODE_CAPACITY,
      NODE_ALLOCATABLE,
      ofCluster('cpu_node_usage_cores 0.7'),
      ofCluster('cpu_system_usage_cores 0.1'),
      WEB_RX,
      ofCluster('ephemeral_storage_usage_bytes 650'),
      NODE_DISK,
      DISK,
    ]);
  });

  it('is OpenMetrics with the time of the collection, unless the text format of Prometheus is wanted more', async () => {
    const openMetrics = await ask(app, '?object=ns');
    expect(openMetrics.headers).toMatchObject({ 'content-type': OPEN_METRICS, vary: 'accept, accept-encoding' });
    expect(openMetrics.body).toContain(
      `# TYPE quartermaster_kube_cpu_usage_cores gauge\n# UNIT quartermaster_kube_cpu_usage_cores cores\n# HELP quartermaster_kube_cpu_usage_cores CPU use (cpu/usage_rate; `,
    );
    expect(openMetrics.body).toMatch(
      new RegExp(`^quartermaster_kube_${SHOP.replaceAll(/[{}"]/g, '.')} ${AT}\n# EOF\n$`, 'm'),
    );
    const text = await ask(app, '?object=ns', { accept: 'text/plain' });
    expect(text.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text.body).not.toContain('# UNIT');
    expect(text.body.endsWith(`${SHOP} ${AT}000\n`)).toBe(true);
    expect((await problemOf(app, '', 406, { accept: 'application/json' })).detail).toContain('openmetrics-text');
  });

  it('is compressed for who takes gzip', async () => {
    const plain = await ask(app);
    const compressed = await ask(app, '', { 'accept-encoding': 'gzip' });
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(compressed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(compressed.rawPayload).toString()).toBe(plain.body);
  });

  it('tells HEAD the same, without the text', async () => {
    const answer = await app.inject({ method: 'HEAD', url: '/metrics/cluster' });
    expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([200, OPEN_METRICS, '']);
  });

  it.each([
    ['?object=ns&object=node', [SHOP, NODE, ...OF_NODE]],
    ['?namespace=shop', [SHOP, ...SHOP_PODS, CONTAINER, ...OF_WEB, DISK]],
    ['?namespace=shop&namespace=bank&object=pod&metric=cpu-usage', [VAULT, ...SHOP_PODS]],
    ['?namespace=nowhere', []],
    [
      '?node=node-1',
      [
        NODE,
        VAULT,
        ...SHOP_PODS,
        CONTAINER,
        NODE_REQUEST,
        WEB_REQUEST,
        WEB_LIMIT,
        NODE_CAPACITY,
        NODE_ALLOCATABLE,
        WEB_RX,
        NODE_DISK,
        DISK,
      ],
    ],
    ['?node=node-1&namespace=bank', [VAULT]],
    ['?node=node-9', []],
    ['?metric=filesystem/usage&metric=memory/rss', [DISK]],
  ])('is narrowed by %s', async (query, lines) => {
    expect((await linesOf(app, query)).slice(4)).toEqual(lines);
  });

  it.each([
    ['?object=robot', 'object', 'must be one of cluster, ns, node, pod, pod_container, sys_container'],
    [
      '?object=node&object=pod&namespace=shop',
      'object',
      'node cannot be asked for with namespace; ns, pod, pod_container can',
    ],
    [
      '?object=ns&node=node-1',
      'object',
      'ns cannot be asked for with node; node, pod, pod_container, sys_container can',
    ],
    [
      '?object=ns&object=node&node=node-1&namespace=shop',
      'object',
      'ns, node cannot be asked for with namespace and node; pod, pod_container can',
    ],
    ['?metric=cpu/usage&metric=cpu/usge', 'metric', '"cpu/usge" is not a metric; nearest are cpu/usage,'],
    ['?metric=memory/cache', 'metric', 'memory/cache is not collected:'],
    ['?namespace=', 'namespace', 'must not be empty'],
    ['?pod=web-1', 'pod', ''],
  ])('refuses %s', async (query, pointer, detail) => {
    const { errors = [] } = await problemOf(app, query, 400);
    expect(errors).toEqual([{ pointer, detail: expect.stringContaining(detail) }]);
  });

  describe('for a caller that is limited to namespaces', () => {
    it('is what is in them, and names no node that is missing', async () => {
      const lines = [...COLLECTION, SHOP, ...SHOP_PODS, CONTAINER, ...OF_WEB, DISK];
      expect(await linesOf(app, '', asTenant)).toEqual(lines);
      expect(await linesOf(app, '?node=node-1', asTenant)).toEqual(lines.filter((line) => line !== SHOP));
      expect(await linesOf(app, '?namespace=empty', asTenant)).toEqual(COLLECTION);
    });

    it.each(['?namespace=bank', '?namespace=shop&namespace=nowhere', '?object=node', '?object=pod&object=cluster'])(
      'refuses %s',
      async (query) => {
        expect((await problemOf(app, query, 403, asTenant)).detail).toBe('This caller may not do that.');
      },
    );
  });
});

describe('GET /metrics/cluster leaves out', () => {
  it.each([
    [180_000, 1],
    [180_001, 0],
  ])('what is older than three resolutions: %i ms are %i samples', async (ageMs, samples) => {
    const store = new MemoryMetricStore();
    const node = { scope: 'node-1', samples: [aSample(aNode(), { 'cpu/usage_rate': 1 })] };
    await store.writer.append(NOW - ageMs, [node]);
    const app = await startExpositionApi(store.reader, noCycles, () => NOW);
    expect(await linesOf(app)).toHaveLength(samples);
    await app.close();
  });

  it('a pod that its node no longer has, and how complete a collection is that never was', async () => {
    const store = new MemoryMetricStore();
    const here = aSample(aPod({ pod: 'here' }), { 'cpu/usage_rate': 1 });
    const gone = aSample(aPod({ pod: 'gone' }), { 'cpu/usage_rate': 1 });
    await store.writer.append(T0 - MINUTE, [{ scope: 'node-1', samples: [here, gone] }]);
    await store.writer.append(T0, [{ scope: 'node-1', samples: [here] }]);
    const app = await startExpositionApi(store.reader, noCycles, () => NOW);
    expect(await linesOf(app)).toEqual([
      'cpu_usage_cores{object="pod",namespace="prod",pod="here",node="node-1"} 0.001',
    ]);
    await app.close();
  });
});

describe('GET /metrics/cluster is bounded', () => {
  /** A cluster of so many nodes with one value each. */
  async function startWith(nodes: number): Promise<NestFastifyApplication> {
    const store = new MemoryMetricStore();
    const scopes = Array.from({ length: nodes }, (_, index) => ({
      scope: `node-${index}`,
      samples: [aSample(aNode({ node: `node-${index}` }), { 'cpu/usage_rate': index })],
    }));
    await store.writer.append(T0, scopes);
    return startExpositionApi(store.reader, noCycles, () => NOW, {
      environment: { EXPOSITION_MAX_SAMPLES: '1000' },
    });
  }

  it.each([999, 1000])('and whole with %i of 1000 samples', async (nodes) => {
    const app = await startWith(nodes);
    expect(await linesOf(app)).toHaveLength(nodes);
    await app.close();
  });

  it('and refuses 1001 of 1000 samples before it has sent one, with the way out', async () => {
    const app = await startWith(1001);
    const { detail } = await problemOf(app, '', 422);
    expect(detail).toBe(
      'There are more than 1000 samples (EXPOSITION_MAX_SAMPLES): ask for fewer by object, namespace, node or metric, in several scrapes if need be.',
    );
    expect(await linesOf(app, '?node=node-7')).toEqual(['cpu_usage_cores{object="node",node="node-7"} 0.007']);
    await app.close();
  });

  it('and sent to four at once; a scraper that goes away in the middle makes room', async () => {
    const store = new MemoryMetricStore();
    const nodes = Array.from({ length: 1000 }, (_, index) => aFullSample(aNode({ node: `node-${index}` }), 1));
    await store.writer.append(T0, [{ scope: '', samples: nodes }]);
    const app = await startExpositionApi(store.reader, noCycles, () => NOW);
    await app.listen(0, '127.0.0.1');
    const url = `${await app.getUrl()}/metrics/cluster`;
    const scrapers = Array.from({ length: 4 }, () => new AbortController());
    await Promise.all(scrapers.map(({ signal }) => fetch(url, { signal })));
    const refused = await ask(app);
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '5']);
    for (const scraper of scrapers) scraper.abort();
    const answer = await eventually('room for another scraper', async () => {
      const found = await ask(app);
      return found.statusCode === 200 ? found : undefined;
    });
    expect(answer.body.endsWith('# EOF\n')).toBe(true);
    await app.close();
  });
});
