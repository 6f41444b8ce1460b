import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Validator } from '@seriousme/openapi-schema-validator';
import { PostgresCycleRecords } from '../../src/adapters/postgres/cycle-records.postgres.js';
import type { CycleList } from '../../src/metrics/metric-cycles.schema.js';
import type { MetricList } from '../../src/metrics/metric-catalogue.schema.js';
import { openApiDocument } from '../../src/platform/http/openapi.js';
import { MemoryMetricStore } from '../support/memory-metric-store.js';
import { CPU, fillCycles, fillStore, MetricClient, MINUTE, MISSING, startMetricApi } from '../support/metric-api.js';
import { openPgliteRecords } from '../support/records.js';

interface Documented {
  readonly description?: string;
  readonly example?: unknown;
  readonly $ref?: string;
  readonly items?: { readonly $ref?: string };
  readonly allOf?: readonly unknown[];
}

interface Parameter {
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Documented;
}

/** The names of fields that lack a description, or an example where they are no component of their own. */
function undocumented(fields: readonly (readonly [string, Documented])[]): string[] {
  return fields
    .filter(
      ([, { description, example, $ref, items }]) => !description || (example === undefined && !$ref && !items?.$ref),
    )
    .map(([name]) => name);
}

describe('the metrics API', () => {
  let app: NestFastifyApplication;
  let client: MetricClient;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const store = new MemoryMetricStore();
    await fillStore(store.writer);
    const records = await openPgliteRecords();
    const cycles = new PostgresCycleRecords(records.database);
    await fillCycles(cycles);
    app = await startMetricApi(store.reader, cycles);
    close = () => app.close().then(() => records.close());
    client = new MetricClient(app);
  }); // making the records' folder is slow on a busy machine
  afterAll(() => close());

  describe('a bad question', () => {
    it('without metric and object is told what to give', async () => {
      const body = await client.problem('query', {}, 400);
      expect(body.errors?.map(({ pointer }) => pointer)).toEqual(['metric', 'object']);
      expect(body.detail).toMatch(/metrics\/catalogue.*must be one of cluster, ns/);
    });

    it.each<[Record<string, string>, string, RegExp]>([
      [
        { metric: 'cpu/usge_rate' },
        'metric',
        /"cpu\/usge_rate" is not a metric; nearest are cpu\/usage_rate, .*catalogue lists all/,
      ],
      [{ metric: 'memory/cache' }, 'metric', /not collected/],
      [{ object: 'podd' }, 'object', /must be one of cluster, ns, node, pod, pod_container, sys_container/],
      [
        { metric: 'network/rx_rate', object: 'pod_container' },
        'object',
        /does not have .*; cluster, ns, node, pod have it/,
      ],
      [{ object: 'node', pod: 'web-1' }, 'pod', /object=node, which takes node, labelSelector/],
      [{ resource: '/' }, 'resource', /not kept by resource; the metrics of interface, filesystem, .* are/],
      [{ podd: 'x' }, 'podd', /not known here; known are .*labelSelector.*workload/],
      [{ labelSelector: 'app in web' }, 'labelSelector', /position 7/],
      [{ workload: 'web' }, 'workload', /Kind\/name/],
      [{ from: 'yesterday' }, 'from', /not a time such as/],
      [{ step: 'fast' }, 'step', /not a duration/],
      [{ aggregation: 'p96' }, 'aggregation', /avg, min, max, sum, count, last, p50, p90, p95, p99, rate, increase/],
      [
        { aggregation: 'rate' },
        'aggregation',
        /cumulative metrics \(of pod: .*cpu\/usage.*\); cpu\/usage_rate is a rate already \(of cpu\/usage\): take avg/,
      ],
      [{ metric: 'memory/usage', aggregation: 'increase' }, 'aggregation', /memory\/usage is a gauge/],
      [{ groupBy: 'colour' }, 'groupBy', /"colour" is no field: must be any of cluster, namespace, .* label:<key>/],
      [
        { groupBy: 'namespace,container' },
        'groupBy',
        /pod has no container; it can be grouped by cluster, namespace, node, workload, pod, label:<key>/,
      ],
      [
        { groupBy: 'label:a,label:b,label:c,label:d,label:e,label:f,label:g,label:h,label:i' },
        'groupBy',
        /1 to 8 fields/,
      ],
      [{ across: 'sum' }, 'across', /needs groupBy/],
      [{ fill: 'zero' }, 'fill', /none, null, previous, linear, or a number/],
      [{ timeZone: 'Mars/Olympus' }, 'timeZone', /such as Europe\/Berlin/],
      [{ offset: 'a week' }, 'offset', /not a duration/],
      [{ step: '5m', maxPoints: '10' }, 'maxPoints', /give one of the two/],
      [{ maxPoints: '1' }, 'maxPoints', /at least 2/],
      [{ expression: 'a / c' }, 'expression', /c is no query here; there are a/],
      [{ expression: '1 + 1' }, 'expression', /names no query/],
      [{ expression: 'a /' }, 'expression', /position 3: found the end/],
      [
        { metric: 'nvidia.com/gpu/request', resource: 'Extended:other' },
        'resource',
        /already says Extended:nvidia.com\/gpu/,
      ],
      [{ from: 'now', to: '-1h' }, 'from', /10:00:24.500Z is not before to, which is 2026-03-04T09:00:24.500Z/],
      [{ from: '-500d' }, 'from', /at most 400d .*QUERY_MAX_SPAN/],
      [{ from: '-1d', step: '1s' }, 'step', /86400 points.* 11000 .*QUERY_MAX_POINTS.* smallest step .* 8s/],
      [{ limit: '5000' }, 'limit', /at most 1000 \(QUERY_MAX_SERIES\)/],
      [{ namespace: '' }, 'namespace', /must not be empty/],
      [{ metric: '' }, 'metric', /"" is not a metric/],
      [{ metric: Array.from({ length: 101 }, () => 'uptime').join(',') }, 'metric', /at most 100 metrics/],
    ])('of %j is a 400 about %s', async (query, pointer, detail) => {
      const body = await client.problem('query', { ...CPU, ...query }, 400);
      expect(body.code).toBe('INVALID_INPUT');
      expect(body.errors?.map((error) => error.pointer)).toEqual([pointer]);
      expect(body.errors?.[0]?.detail).toMatch(detail);
    });

    it.each([7, 8])('takes %i fields to group by', async (amount) => {
      const groupBy = Array.from({ length: amount }, (_, index) => `label:${'abcdefgh'.charAt(index)}`).join(',');
      expect((await client.get('query', { ...CPU, groupBy })).statusCode).toBe(200);
    });

    it('with more queries than any request may have is told that alone', async () => {
      const answer = await client.post({ queries: Array.from({ length: 101 }, () => ({ metric: 'x' })) });
      const { errors } = answer.json<{ errors?: unknown }>();
      expect([answer.statusCode, errors]).toEqual([400, [{ pointer: '/queries', detail: 'must be at most 100' }]]);
    });

    it('is told everything that is wrong at once', async () => {
      const body = await client.problem('top', { metric: 'x', object: 'y', order: 'up', at: 'then' }, 400);
      expect(body.errors?.map(({ pointer }) => pointer).sort()).toEqual(['at', 'metric', 'object', 'order']);
    });

    it.each(['-99999999d', '9999-12-31T23:59:59Z', '1900-01-01T00:00:00Z'])(
      'never fails for a time far off: %s',
      async (time) => {
        expect((await client.get('query', { ...CPU, from: time })).statusCode).toBe(400);
        expect((await client.get('instant', { ...CPU, at: time })).statusCode).toBe(200);
        expect((await client.get('cycles', { from: time, to: time })).statusCode).toBe(200);
      },
    );

    it('takes the smallest step that it is told', async () => {
      expect((await client.get('query', { ...CPU, from: '-1d', step: '8s' })).statusCode).toBe(200);
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
        expect((await client.problem(path, { ...CPU, ...query }, 404)).detail).toBe(`There is no ${what}.`);
      }
    });
  });

  it('lists every metric with its aliases, page by page', async () => {
    const first = await client.ok<MetricList>('catalogue', { limit: '3' });
    expect(first.items.map(({ name }) => name)).toEqual([
      'accelerator/duty_cycle',
      'accelerator/memory_total',
      'accelerator/memory_used',
    ]);
    const second = await client.ok<MetricList>('catalogue', { limit: '1000', cursor: first.nextCursor ?? '' });
    expect(second.items.map(({ name }) => name)).toContain('uptime');
    expect(second.items.find(({ name }) => name === 'cpu/limit')).toMatchObject({
      aliases: ['cpu-limit'],
      unit: 'millicores',
      kind: 'gauge',
      rollup: 'constant',
      heapster: true,
    });
    expect(second).not.toHaveProperty('nextCursor');
    const ofNamespaces = await client.ok<MetricList>('catalogue', { object: 'ns' });
    expect(ofNamespaces.items.every(({ objects }) => objects.includes('ns'))).toBe(true);
  });

  it('lists cycles newest first, each with what it lacks, page by page', async () => {
    const first = await client.ok<CycleList>('cycles', { limit: '2' });
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
        missing: MISSING,
      },
    ]);
    const second = await client.ok<CycleList>('cycles', { limit: '100', cursor: first.nextCursor ?? '' });
    expect(second.items).toHaveLength(59);
    expect(second.items[0]).toMatchObject({ cycleAt: '2026-03-04T09:59:00.000Z', state: 'complete' });
    expect(second).not.toHaveProperty('nextCursor');
    expect((await client.problem('cycles', { from: 'now', to: '-1h' }, 400)).errors?.[0]?.pointer).toBe('from');
    expect((await client.problem('cycles', { cursor: 'x' }, 400)).errors?.[0]?.pointer).toBe('cursor');
    expect((await client.ok<CycleList>('cycles', { from: '-10m', to: '-5m' })).items).toHaveLength(5);
  });

  it('describes itself in a valid OpenAPI document, every field with a description and an example', async () => {
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
      'MetricQuestion',
      'MetricExpression',
      'MetricResult',
      'MetricValue',
      'Usage',
      'UsageList',
      'ResourceUsage',
      'Coverage',
    ];
    expect(Object.keys(schemas)).toEqual(expect.arrayContaining([...names, 'MetricList', 'CycleList']));
    for (const name of names) {
      const { properties = {} } = schemas[name] as { properties?: Record<string, Documented> };
      expect([name, undocumented(Object.entries(properties))]).toEqual([name, []]);
    }
    for (const path of ['query', 'instant', 'top', 'usage', 'export']) {
      const given = (document.paths[`/api/v1/metrics/${path}`]?.get?.parameters ?? []) as Parameter[];
      expect(given.length).toBeGreaterThan(5);
      expect([path, undocumented(given.map(({ name, schema }) => [name, schema]))]).toEqual([path, []]);
    }
    const parameters = (document.paths['/api/v1/metrics/query']?.get?.parameters ?? []) as Parameter[];
    expect(parameters.filter(({ required }) => required).map(({ name }) => name)).toEqual(['metric', 'object']);
    expect(parameters.map(({ name }) => name)).toEqual(expect.arrayContaining(['from', 'to', 'step', 'labelSelector']));
  });
});
