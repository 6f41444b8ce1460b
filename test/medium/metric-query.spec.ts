import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { Caller } from '../../src/auth/caller.js';
import { CycleRecords, type Cycle } from '../../src/metrics/collect/cycle-records.port.js';
import type { MetricObject } from '../../src/metrics/core/sample.js';
import type { CycleList } from '../../src/metrics/metric-cycles.schema.js';
import type { MetricList } from '../../src/metrics/metric-catalogue.schema.js';
import { MetricCatalogueController } from '../../src/metrics/metric-catalogue.controller.js';
import { MetricCyclesController } from '../../src/metrics/metric-cycles.controller.js';
import { MetricQueryController } from '../../src/metrics/metric-query.controller.js';
import type { MetricRange, MetricValues } from '../../src/metrics/metric-query.schema.js';
import { MetricReader } from '../../src/metrics/metric-store.port.js';
import { CollectionCoverage } from '../../src/metrics/query/collection-coverage.js';
import { CycleListService } from '../../src/metrics/query/cycle-list.service.js';
import { LiveObjects } from '../../src/metrics/query/live-objects.port.js';
import { MetricCatalogueService } from '../../src/metrics/query/metric-catalogue.service.js';
import { MetricQueryService } from '../../src/metrics/query/metric-query.service.js';
import { QueryGate } from '../../src/metrics/query/query-gate.js';
import { Clock } from '../../src/platform/clock.js';
import { readConfig } from '../../src/platform/config.js';
import { createApp } from '../../src/platform/http/create-app.js';
import { openApiDocument } from '../../src/platform/http/openapi.js';
import { Log } from '../../src/platform/log.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { MemoryMetricStore } from '../support/memory-metric-store.js';
import { aContainer, aNamespace, aNode, aPod, aSample } from '../support/samples.js';

const MINUTE = 60_000;
/** 2026-03-04T10:00:00Z: the newest closed cycle. */
const T0 = Date.UTC(2026, 2, 4, 10);
const NOW = T0 + 24_500;
const CYCLES = 60;

const ADMIN: Caller = { name: 'admin', kind: 'token', role: 'admin' };
const TENANT: Caller = { name: 'tenant', kind: 'token', role: 'viewer', namespaces: ['shop'] };

const WEB = { namespace: 'shop', pod: 'web-1', workload: 'Deployment/web', labels: { app: 'web' } };
const cpuOf: readonly (readonly [MetricObject, number])[] = [
  [aPod(WEB), 100],
  [aContainer({ ...WEB, container: 'app' }), 90],
  [aPod({ namespace: 'shop', pod: 'cart-1', workload: 'Deployment/cart', labels: { app: 'cart' } }), 300],
  [aPod({ namespace: 'bank', pod: 'vault-1' }), 200],
  [aNode(), 700],
];

/** Sixty cycles, the value growing by one each; node-2 was away in the newest one and in one half an hour ago. */
async function filledStore(): Promise<MemoryMetricStore> {
  const store = new MemoryMetricStore();
  for (let index = 0; index < CYCLES; index += 1) {
    const cycleAtMs = T0 - (CYCLES - 1 - index) * MINUTE;
    const samples = cpuOf.map(([object, value]) => aSample(object, { 'cpu/usage_rate': value + index }));
    const disk = aSample(aPod({ ...WEB, resource: 'Volume:data' }), { 'filesystem/usage': 5 });
    await store.writer.append(cycleAtMs, [
      { scope: 'node-1', samples: [...samples, disk] },
      { scope: '', samples: [aSample(aNamespace('shop'), { 'cpu/usage_rate': 400 })] },
    ]);
  }
  return store;
}

const missing = [{ node: 'node-2', reason: 'timeout', detail: 'The kubelet did not answer within 10s.' }] as const;

function aCycle(cycleAtMs: number): Cycle {
  const isShort = cycleAtMs === T0 || cycleAtMs === T0 - 30 * MINUTE;
  const cycle = { cycleAtMs, resolutionMs: MINUTE, startedAtMs: cycleAtMs + 100, nodesExpected: 2 };
  if (cycleAtMs > T0) return cycle;
  return {
    ...cycle,
    completeness: { closedAtMs: cycleAtMs + 4100, nodesPresent: isShort ? 1 : 2, missing: isShort ? missing : [] },
  };
}

/** The cycles of the store, and one that runs now; newest first. */
const allCycles = [T0 + 10_000, ...Array.from({ length: CYCLES }, (_, index) => T0 - index * MINUTE)].map(aCycle);
const cycles: Pick<CycleRecords, 'list'> = {
  list: async ({ fromMs, beforeMs, limit }) =>
    allCycles.filter(({ cycleAtMs }) => cycleAtMs >= fromMs && cycleAtMs < beforeMs).slice(0, limit),
};

/** A pod that was made a second ago. */
class JustMade extends LiveObjects {
  override has({ type, pod }: Parameters<LiveObjects['has']>[0]): boolean {
    return type === 'pod' && pod === 'new-1';
  }
}

class FixedClock extends Clock {
  override now(): number {
    return NOW;
  }
}

@Module({})
class RootModule {}

async function startApp(reader: MetricReader, environment: Record<string, string> = {}) {
  const config = readConfig(environment);
  const root = {
    module: RootModule,
    imports: [PlatformModule.with(config, Log.silent())],
    controllers: [MetricCatalogueController, MetricCyclesController, MetricQueryController],
    providers: [
      MetricQueryService,
      MetricCatalogueService,
      CycleListService,
      CollectionCoverage,
      QueryGate,
      { provide: Clock, useClass: FixedClock },
      { provide: MetricReader, useValue: reader },
      { provide: CycleRecords, useValue: cycles },
      { provide: LiveObjects, useClass: JustMade },
    ],
  };
  const app = await createApp(root, config, Log.silent());
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, _reply, done) => {
      request.caller = request.headers['x-test-caller'] === 'tenant' ? TENANT : ADMIN;
      done();
    });
  await app.init();
  return app;
}

interface ProblemBody {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

describe('the metrics API', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    app = await startApp((await filledStore()).reader);
  });
  afterAll(() => app.close());

  const get = (path: string, query: Record<string, string> = {}, headers = {}) =>
    app.inject({ method: 'GET', url: `/api/v1/metrics/${path}`, query, headers });
  const asTenant = { 'x-test-caller': 'tenant' };
  const CPU = { metric: 'cpu/usage_rate', object: 'pod' };

  async function ok<Answer>(path: string, query: Record<string, string> = {}, headers = {}): Promise<Answer> {
    const answer = await get(path, query, headers);
    expect([answer.statusCode, answer.statusCode === 200 ? '' : answer.body]).toEqual([200, '']);
    return answer.json<Answer>();
  }

  async function problem(path: string, query: Record<string, string>, status: number, headers = {}) {
    const answer = await get(path, query, headers);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([status, 'application/problem+json']);
    return answer.json<ProblemBody>();
  }

  describe('a range', () => {
    it('is the last hour in steps of the resolution unless said otherwise', async () => {
      const answer = await ok<MetricRange>('query', { ...CPU, pod: 'web-1' });
      expect(answer).toMatchObject({
        metric: 'cpu/usage_rate',
        unit: 'millicores',
        object: 'pod',
        aggregation: 'avg',
        from: '2026-03-04T09:00:24.500Z',
        to: '2026-03-04T10:00:24.500Z',
        stepMs: MINUTE,
        resolutionMs: MINUTE,
        truncated: false,
      });
      expect(answer).not.toHaveProperty('truncatedBecause');
      const [series] = answer.series;
      expect(series?.object).toEqual({ ...aPod(WEB) });
      expect(series?.points).toHaveLength(60);
      expect(series?.points.at(-1)).toEqual({ time: '2026-03-04T10:00:00.000Z', value: 159 });
    });

    it.each([
      ['avg', 157],
      ['min', 155],
      ['max', 159],
      ['sum', 785],
      ['last', 159],
    ])('is aggregated by %s', async (aggregation, value) => {
      const times = { from: '2026-03-04T09:56:00Z', to: '2026-03-04T10:01:00Z', step: '1h' };
      const answer = await ok<MetricRange>('query', { ...CPU, ...times, pod: 'web-1', aggregation });
      const points = answer.series[0]?.points;
      expect(points?.map((point) => point.time)).toEqual(['2026-03-04T09:00:00.000Z', '2026-03-04T10:00:00.000Z']);
      const whole = await ok<MetricRange>('query', { ...CPU, ...times, pod: 'web-1', aggregation, step: '1d' });
      expect(whole.series[0]?.points).toEqual([{ time: '2026-03-04T00:00:00.000Z', value }]);
    });

    it('takes times in every form', async () => {
      for (const from of ['2026-03-04T09:50:24.500Z', '1772617824.5', '1772617824500', 'now-10m', '-10m']) {
        expect((await ok<MetricRange>('query', { ...CPU, from })).from).toBe('2026-03-04T09:50:24.500Z');
      }
    });

    it.each([
      [{ namespace: 'shop' }, ['cart-1', 'web-1']],
      [{ workload: 'Deployment/web' }, ['web-1']],
      [{ labelSelector: 'app in (web,cart),app!=web' }, ['cart-1']],
      [{ node: 'node-1', pod: 'vault-1' }, ['vault-1']],
      [{}, ['vault-1', 'cart-1', 'web-1']],
    ])('is of the objects that %j selects', async (select, pods) => {
      const answer = await ok<MetricRange>('query', { ...CPU, ...select } as Record<string, string>);
      expect(answer.series.map(({ object }) => object.pod)).toEqual(pods);
    });

    it('answers a body as it answers a query string', async () => {
      const payload = { ...CPU, namespace: 'shop', from: T0 - 10 * MINUTE, to: 'now', step: '5m', limit: 1 };
      const posted = await app.inject({ method: 'POST', url: '/api/v1/metrics/query', payload });
      expect(posted.statusCode).toBe(200);
      const query = { ...payload, from: String(payload.from), limit: '1' };
      expect(posted.json()).toEqual(await ok('query', query));
    });

    it('names a field of a body by its pointer', async () => {
      const post = (payload: object) => app.inject({ method: 'POST', url: '/api/v1/metrics/query', payload });
      const pointers = async (payload: object) =>
        (await post(payload)).json<ProblemBody>().errors?.map(({ pointer }) => pointer);
      expect(await pointers({ ...CPU, from: true, size: 1 })).toEqual(['/from', '/size']);
      expect(await pointers({ ...CPU, from: 'now', to: '-1h' })).toEqual(['/from']);
      expect(await pointers({ ...CPU, object: 'ns', pod: 'x' })).toEqual(['/pod']);
    });

    it('says that it is cut and by what', async () => {
      const cut = await ok<MetricRange>('query', { ...CPU, limit: '2' });
      expect(cut.series.map(({ object }) => object.pod)).toEqual(['vault-1', 'cart-1']);
      expect(cut).toMatchObject({ truncated: true, truncatedBecause: expect.stringContaining('More than 2 series') });
      expect((await ok<MetricRange>('query', { ...CPU, limit: '3' })).truncated).toBe(false);
    });

    it('is empty, and no error, where a known object has nothing', async () => {
      const yesterday = { from: 'now-2d', to: 'now-1d' };
      expect((await ok<MetricRange>('query', { ...CPU, ...yesterday, pod: 'web-1' })).series).toEqual([]);
      expect((await ok<MetricRange>('query', { ...CPU, labelSelector: 'app=none' })).series).toEqual([]);
      expect((await ok<MetricRange>('query', { ...CPU, pod: 'new-1' })).series).toEqual([]);
    });
  });

  describe('the newest values', () => {
    it('come with their age', async () => {
      const answer = await ok<MetricValues>('instant', CPU);
      expect(answer).toMatchObject({ at: '2026-03-04T10:00:24.500Z', lookbackMs: 3 * MINUTE, truncated: false });
      expect(answer.items.map(({ object, value, ageMs, time }) => [object.pod, value, ageMs, time])).toEqual([
        ['vault-1', 259, 24_500, '2026-03-04T10:00:00.000Z'],
        ['cart-1', 359, 24_500, '2026-03-04T10:00:00.000Z'],
        ['web-1', 159, 24_500, '2026-03-04T10:00:00.000Z'],
      ]);
    });

    it('are those of an earlier instant when asked', async () => {
      const answer = await ok<MetricValues>('instant', { ...CPU, pod: 'web-1', at: 'now-10m' });
      expect(answer.items[0]).toMatchObject({ value: 149, ageMs: 24_500 });
      const tight = await ok<MetricValues>('instant', { ...CPU, pod: 'web-1', lookback: '24s' });
      expect(tight.items).toEqual([]);
    });

    it('are one for each resource of a labelled metric', async () => {
      const answer = await ok<MetricValues>('instant', { metric: 'filesystem/usage', object: 'pod' });
      expect(answer.items.map(({ object, value }) => [object.resource, value])).toEqual([['Volume:data', 5]]);
    });

    it('make a top list', async () => {
      const top = async (query: Record<string, string>) =>
        (await ok<MetricValues>('top', { ...CPU, ...query })).items.map(({ object }) => object.pod);
      expect(await top({})).toEqual(['cart-1', 'vault-1', 'web-1']);
      expect(await top({ order: 'asc', limit: '2' })).toEqual(['web-1', 'vault-1']);
      expect(await top({ namespace: 'shop', limit: '1' })).toEqual(['cart-1']);
    });

    it('take a short name of Heapster for the metric', async () => {
      expect((await ok<MetricValues>('top', { ...CPU, metric: 'cpu-usage' })).metric).toBe('cpu/usage_rate');
    });
  });

  describe('coverage', () => {
    it('of a range names every node that was away in a cycle of it, with the newest reason', async () => {
      expect((await ok<MetricRange>('query', CPU)).coverage).toEqual({
        cycles: 60,
        newestCycleAt: '2026-03-04T10:00:00.000Z',
        oldestCycleAt: '2026-03-04T09:01:00.000Z',
        nodesExpected: 2,
        nodesPresent: 1,
        missing: [{ ...missing[0], cyclesMissed: 2, lastMissedAt: '2026-03-04T10:00:00.000Z' }],
      });
      const whole = await ok<MetricRange>('query', { ...CPU, from: 'now-20m', to: 'now-5m' });
      expect(whole.coverage).toMatchObject({ cycles: 15, nodesExpected: 2, nodesPresent: 2, missing: [] });
    });

    it('of the newest values is that of the newest closed cycle', async () => {
      for (const path of ['instant', 'top']) {
        expect((await ok<MetricValues>(path, CPU)).coverage).toMatchObject({ cycles: 1, nodesPresent: 1 });
        const before = await ok<MetricValues>(path, { ...CPU, at: 'now-1m' });
        expect(before.coverage).toMatchObject({ cycles: 1, nodesPresent: 2, missing: [] });
      }
    });

    it('says that nothing was collected', async () => {
      const answer = await ok<MetricRange>('query', { ...CPU, from: 'now-2d', to: 'now-1d' });
      expect(answer.coverage).toEqual({ cycles: 0, nodesExpected: 0, nodesPresent: 0, missing: [] });
    });
  });

  describe('a caller that is limited to namespaces', () => {
    it('sees its own, and counts instead of node names', async () => {
      const answer = await ok<MetricRange>('query', CPU, asTenant);
      expect(answer.series.map(({ object }) => object.namespace)).toEqual(['shop', 'shop']);
      expect(answer.coverage).toMatchObject({ nodesExpected: 2, nodesPresent: 1 });
      expect(answer.coverage).not.toHaveProperty('missing');
      const top = await ok<MetricValues>('top', CPU, asTenant);
      expect(top.items.map(({ object }) => object.pod)).toEqual(['cart-1', 'web-1']);
      const ns = await ok<MetricValues>('instant', { ...CPU, object: 'ns' }, asTenant);
      expect(ns.items.map(({ object }) => object.namespace)).toEqual(['shop']);
    });

    it('is refused other namespaces and what is of the whole cluster, alike whether it exists or not', async () => {
      const refusals = [
        { ...CPU, namespace: 'bank' },
        { ...CPU, namespace: 'nowhere' },
        { ...CPU, object: 'node' },
        { ...CPU, object: 'cluster' },
        { ...CPU, object: 'sys_container', node: 'node-1' },
      ];
      const details = new Set<string>();
      for (const query of refusals) details.add((await problem('query', query, 403, asTenant)).detail);
      expect(details.size).toBe(1);
    });

    it("finds another tenant's pod as unknown as one that does not exist", async () => {
      const text = (pod: string) => `There is no pod "${pod}".`;
      for (const pod of ['vault-1', 'nothing-1']) {
        expect((await problem('query', { ...CPU, pod }, 404, asTenant)).detail).toBe(text(pod));
      }
    });
  });

  describe('a bad question', () => {
    it('without metric and object is told what to give', async () => {
      const body = await problem('query', {}, 400);
      expect(body.errors?.map(({ pointer }) => pointer)).toEqual(['metric', 'object']);
      expect(body.detail).toMatch(/metrics\/catalogue.*must be one of cluster, ns/);
    });

    it.each<[Record<string, string>, string, RegExp]>([
      [{ metric: 'cpu/usge_rate' }, 'metric', /"cpu\/usge_rate" is not a metric; .*first\) cpu\/usage_rate, .*uptime/],
      [{ metric: 'memory/cache' }, 'metric', /not collected/],
      [{ object: 'podd' }, 'object', /must be one of cluster, ns, node, pod, pod_container, sys_container/],
      [{ metric: 'network/rx_rate', object: 'pod_container' }, 'object', /does not have .*; node, pod have it/],
      [{ object: 'node', pod: 'web-1' }, 'pod', /object=node, which takes node, labelSelector/],
      [{ resource: '/' }, 'resource', /not kept by resource; filesystem\/usage, /],
      [{ podd: 'x' }, 'podd', /not known here; known are .*labelSelector.*workload/],
      [{ labelSelector: 'app in web' }, 'labelSelector', /position 7/],
      [{ workload: 'web' }, 'workload', /Kind\/name/],
      [{ from: 'yesterday' }, 'from', /not a time such as/],
      [{ step: 'fast' }, 'step', /not a duration/],
      [{ aggregation: 'p95' }, 'aggregation', /avg, min, max, sum, last/],
      [{ from: 'now', to: '-1h' }, 'from', /10:00:24.500Z is not before to, which is 2026-03-04T09:00:24.500Z/],
      [{ from: '-500d' }, 'from', /at most 400d .*QUERY_MAX_SPAN/],
      [{ from: '-1d', step: '1s' }, 'step', /86400 points.* 11000 .*QUERY_MAX_POINTS.* smallest step .* 8s/],
      [{ limit: '5000' }, 'limit', /at most 1000 \(QUERY_MAX_SERIES\)/],
      [{ namespace: '' }, 'namespace', /must not be empty/],
      [{ metric: '' }, 'metric', /"" is not a metric/],
    ])('of %j is a 400 about %s', async (query, pointer, detail) => {
      const body = await problem('query', { ...CPU, ...query }, 400);
      expect(body.code).toBe('INVALID_INPUT');
      expect(body.errors?.map((error) => error.pointer)).toEqual([pointer]);
      expect(body.errors?.[0]?.detail).toMatch(detail);
    });

    it('is told everything that is wrong at once', async () => {
      const body = await problem('top', { metric: 'x', object: 'y', order: 'up', at: 'then' }, 400);
      expect(body.errors?.map(({ pointer }) => pointer).sort()).toEqual(['at', 'metric', 'object', 'order']);
    });

    it('takes the smallest step that it is told', async () => {
      expect((await get('query', { ...CPU, from: '-1d', step: '8s' })).statusCode).toBe(200);
    });

    it.each<[Record<string, string>, string]>([
      [{ namespace: 'shopp' }, 'namespace "shopp"'],
      [{ node: 'node-9' }, 'node "node-9"'],
      [{ workload: 'Deployment/none' }, 'workload "Deployment/none"'],
      [{ namespace: 'bank', pod: 'web-1' }, 'pod "web-1" in namespace "bank"'],
      [{ object: 'pod_container', pod: 'web-1', container: 'side' }, 'container "side" of pod "web-1"'],
      [{ object: 'node', node: 'node-9' }, 'node "node-9"'],
      [{ metric: 'filesystem/usage', resource: 'Volume:x' }, 'resource "Volume:x"'],
    ])('that names what nobody knows is a 404: %j', async (query, what) => {
      for (const path of ['query', 'instant', 'top']) {
        expect((await problem(path, { ...CPU, ...query }, 404)).detail).toBe(`There is no ${what}.`);
      }
    });
  });

  it('lists every metric with its aliases, page by page', async () => {
    const first = await ok<MetricList>('catalogue', { limit: '3' });
    expect(first.items.map(({ name }) => name)).toEqual(['cpu/limit', 'cpu/node_allocatable', 'cpu/node_capacity']);
    expect(first.items[0]).toMatchObject({ aliases: ['cpu-limit'], unit: 'millicores', kind: 'gauge', labeled: false });
    const second = await ok<MetricList>('catalogue', { limit: '1000', cursor: first.nextCursor ?? '' });
    expect(second.items.map(({ name }) => name)).toContain('uptime');
    expect(second).not.toHaveProperty('nextCursor');
    const ofNamespaces = await ok<MetricList>('catalogue', { object: 'ns' });
    expect(ofNamespaces.items.every(({ objects }) => objects.includes('ns'))).toBe(true);
  });

  it('lists cycles newest first, each with what it lacks, page by page', async () => {
    const first = await ok<CycleList>('cycles', { limit: '2' });
    expect(first.items).toEqual([
      {
        cycleAt: '2026-03-04T10:00:10.000Z',
        state: 'running',
        resolutionMs: MINUTE,
        startedAt: '2026-03-04T10:00:10.100Z',
        nodesExpected: 2,
      },
      {
        cycleAt: '2026-03-04T10:00:00.000Z',
        state: 'partial',
        resolutionMs: MINUTE,
        startedAt: '2026-03-04T10:00:00.100Z',
        closedAt: '2026-03-04T10:00:04.100Z',
        durationMs: 4000,
        nodesExpected: 2,
        nodesPresent: 1,
        missing,
      },
    ]);
    const second = await ok<CycleList>('cycles', { limit: '100', cursor: first.nextCursor ?? '' });
    expect(second.items).toHaveLength(59);
    expect(second.items[0]).toMatchObject({ cycleAt: '2026-03-04T09:59:00.000Z', state: 'complete' });
    expect(second).not.toHaveProperty('nextCursor');
    expect((await problem('cycles', { cursor: 'x' }, 400)).errors?.[0]?.pointer).toBe('cursor');
    expect((await ok<CycleList>('cycles', { from: '-10m', to: '-5m' })).items).toHaveLength(5);
  });

  it('describes itself in a valid OpenAPI document, every field with a description', async () => {
    const document = openApiDocument(app, '1.2.3');
    const result = await new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>);
    expect(result.errors ?? []).toEqual([]);
    const schemas = document.components?.schemas ?? {};
    const names = [
      'MetricRange',
      'MetricSeries',
      'MetricPoint',
      'MetricObject',
      'MetricValues',
      'MetricQuery',
      'Coverage',
    ];
    expect(Object.keys(schemas)).toEqual(expect.arrayContaining([...names, 'MetricList', 'CycleList']));
    for (const name of names) {
      const { properties = {} } = schemas[name] as { properties?: Record<string, { description?: string }> };
      const bare = Object.entries(properties).filter(([, { description }]) => !description);
      expect([name, bare.map(([field]) => field)]).toEqual([name, []]);
    }
    const parameters = document.paths['/api/v1/metrics/query']?.get?.parameters as {
      name: string;
      required?: boolean;
    }[];
    expect(parameters.filter(({ required }) => required).map(({ name }) => name)).toEqual(['metric', 'object']);
    expect(parameters.map(({ name }) => name)).toEqual(expect.arrayContaining(['from', 'to', 'step', 'labelSelector']));
  });
});
