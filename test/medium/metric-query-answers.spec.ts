import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MetricValues } from '../../src/metrics/metric-newest.schema.js';
import type { MetricRange } from '../../src/metrics/metric-query.schema.js';
import type { UsageList } from '../../src/metrics/metric-usage.schema.js';
import { asTenant, CPU, fillStore, MetricClient, MINUTE, startMetricApi } from '../support/metric-api.js';
import { METRIC_STORES } from '../support/metric-stores.js';

/** The last five cycles: CPU of web 155 to 159, cart 355 to 359, vault 255 to 259. */
const LAST_FIVE = { from: '2026-03-04T09:56:00Z', to: '2026-03-04T10:01:00Z' };
const DAY = 24 * 60 * MINUTE;

describe.each(METRIC_STORES)('the metrics API on %s', (_, open) => {
  let client: MetricClient;
  let close: () => Promise<unknown>;

  beforeAll(async () => {
    const store = await open();
    await fillStore(store.writer);
    const app = await startMetricApi(store.reader);
    client = new MetricClient(app);
    close = () => app.close().then(() => store.close());
  });
  afterAll(() => close());

  const ask = (query: Record<string, string>) =>
    client.ok<MetricRange>('query', { ...CPU, ...LAST_FIVE, step: '5m', ...query });
  const post = async (body: object): Promise<MetricRange> => {
    const answer = await client.post({ ...LAST_FIVE, step: '1h', ...body });
    expect([answer.statusCode, answer.statusCode === 200 ? '' : answer.body]).toEqual([200, '']);
    return answer.json<MetricRange>();
  };
  const valuesOf = ({ results }: MetricRange, index = 0) =>
    results[index]?.series.map(({ points }) => points.map(({ value }) => value));

  describe('groups', () => {
    it.each<[Record<string, string>, object[], number[][]]>([
      [
        { groupBy: 'namespace' },
        [{ namespace: 'bank' }, { namespace: 'shop' }],
        [
          [256.5, 259],
          [513, 518],
        ],
      ],
      [{ groupBy: 'cluster' }, [{}], [[769.5, 777]]],
      [{ groupBy: 'cluster', across: 'max' }, [{}], [[356.5, 359]]],
      [
        { groupBy: 'namespace', across: 'count' },
        [{ namespace: 'bank' }, { namespace: 'shop' }],
        [
          [1, 1],
          [2, 2],
        ],
      ],
      [
        { groupBy: 'label:app', namespace: 'shop' },
        [{ 'label:app': 'cart' }, { 'label:app': 'web' }],
        [
          [356.5, 359],
          [156.5, 159],
        ],
      ],
    ])('by %j', async (query, groups, values) => {
      const answer = await ask(query);
      expect(answer.results[0]).toMatchObject({ id: 'a', across: query['across'] ?? 'sum', truncated: false });
      expect(answer.results[0]?.series.map(({ group }) => group)).toEqual(groups);
      expect(answer.results[0]?.series[0]?.points[0]?.time).toBe('2026-03-04T09:55:00.000Z');
      expect(valuesOf(answer)).toEqual(values);
    });

    it('of a workload bear its namespace, and lose no pod that has none', async () => {
      const answer = await ask({ groupBy: 'workload', step: '1d' });
      expect(answer.results[0]?.series.map(({ group, objects, points }) => [group, objects, points[0]?.value])).toEqual(
        [
          [{ namespace: 'bank' }, 1, 257],
          [{ namespace: 'shop', workload: 'Deployment/cart' }, 1, 357],
          [{ namespace: 'shop', workload: 'Deployment/web' }, 1, 157],
        ],
      );
    });

    it('hold what a caller may see alone', async () => {
      const query = { ...CPU, ...LAST_FIVE, step: '1d', groupBy: 'namespace' };
      const answer = await client.ok<MetricRange>('query', query, asTenant);
      expect(answer.results[0]?.series.map(({ group, points }) => [group, points[0]?.value])).toEqual([
        [{ namespace: 'shop' }, 514],
      ]);
    });

    it('are cut at their limit, which is said', async () => {
      const { truncated, truncatedBecause, results } = await ask({ groupBy: 'namespace', limit: '1' });
      expect([truncated, results[0]?.series.length]).toEqual([true, 1]);
      expect(truncatedBecause).toMatch(/More than 1 groups match \(limit\)/);
    });
  });

  describe('several metrics at once', () => {
    it.each([{ metric: 'cpu/usage_rate,cpu/request' }, { metric: ['cpu/usage_rate', 'cpu/request'] }])(
      'are one result each, and can be computed with: %j',
      async (metrics) => {
        const query = { ...metrics, pod: 'web-1', step: '1d', expression: 'a / b' } as unknown as Record<
          string,
          string
        >;
        const { results } = await ask(query);
        expect(results.map(({ id, metric, unit, expression }) => [id, metric, unit, expression])).toEqual([
          ['a', 'cpu/usage_rate', 'millicores', undefined],
          ['b', 'cpu/request', 'millicores', undefined],
          ['expression', undefined, 'ratio', 'a / b'],
        ]);
        expect(results.map(({ series }) => series[0]?.points[0]?.value)).toEqual([157, 250, 0.628]);
        expect(results[2]?.series[0]?.object?.pod).toBe('web-1');
      },
    );

    it('of objects of their own take a body', async () => {
      const answer = await post({
        step: '1d',
        queries: [
          { id: 'pods', ...CPU, groupBy: ['namespace'], across: 'sum' },
          { id: 'all', metric: 'cpu/node_capacity', object: 'cluster', aggregation: 'last' },
        ],
        expressions: [{ id: 'share', expression: 'pods / all * 100' }],
      });
      expect(answer.results.map(({ id }) => id)).toEqual(['pods', 'all', 'share']);
      expect(answer.results[2]?.series.map(({ group, points }) => [group, points[0]?.value])).toEqual([
        [{ namespace: 'bank' }, 6.425],
        [{ namespace: 'shop' }, 12.85],
      ]);
    });

    it('need ids of their own', async () => {
      const twice = await client.post({
        queries: [
          { id: 'x', ...CPU },
          { id: 'x', ...CPU },
        ],
      });
      expect(twice.json()).toMatchObject({
        errors: [{ pointer: '/queries/1/id', detail: expect.stringContaining("another one's") }],
      });
      const clash = await client.post({ queries: [CPU], expressions: [{ id: 'a', expression: 'a' }] });
      expect(clash.json()).toMatchObject({ errors: [{ pointer: '/expressions/0/id' }] });
    });
  });

  describe('points', () => {
    it.each([
      ['count', 4, 1],
      ['last', 158, 159],
      ['p50', 156.5, 159],
      ['p90', 157.7, 159],
    ])('are made by %s', async (aggregation, first, second) => {
      const [values] = valuesOf(await ask({ pod: 'web-1', step: '1h', aggregation })) ?? [];
      expect(values).toHaveLength(2);
      expect(values?.[0]).toBeCloseTo(first, 9);
      expect(values?.[1]).toBe(second);
    });

    it('of a counter are its rate and its increase', async () => {
      const query = {
        metric: 'network/rx',
        pod: 'web-1',
        step: '5m',
        from: '2026-03-04T09:50:00Z',
        to: '2026-03-04T10:00:00Z',
      };
      const rate = await ask({ ...query, aggregation: 'rate' });
      expect(rate.results[0]).toMatchObject({ unit: 'bytes/s', aggregation: 'rate' });
      expect(valuesOf(rate)).toEqual([[100, 100]]);
      expect(valuesOf(await ask({ ...query, aggregation: 'increase' }))).toEqual([[30_000, 30_000]]);
    });

    it.each<[string, (number | null)[]]>([
      ['none', [159]],
      ['null', [159, null]],
      ['previous', [159, 159]],
      ['linear', [159]],
      ['0', [159, 0]],
      ['-2.5', [159, -2.5]],
    ])('that are missing are filled by %s, but not those to come', async (fill, expected) => {
      // 10:00:00 is there; 10:00:10 and 10:00:20 are not; from 10:00:30 on it is the future
      const query = { pod: 'web-1', from: '2026-03-04T10:00:00Z', to: '2026-03-04T10:01:00Z', step: '15s', fill };
      expect(valuesOf(await ask(query))).toEqual([expected]);
    });

    it('are no more than maxPoints', async () => {
      for (const maxPoints of [2, 3, 59, 60, 61, 500]) {
        const { results, stepMs } = await client.ok<MetricRange>('query', {
          ...CPU,
          pod: 'web-1',
          maxPoints: String(maxPoints),
        });
        expect(results[0]?.series[0]?.points.length).toBeLessThanOrEqual(maxPoints);
        expect(stepMs).toBeGreaterThanOrEqual(MINUTE);
      }
    });

    it('stand on the clock of the asked zone', async () => {
      const days = await ask({ pod: 'web-1', step: '1d', timeZone: 'Asia/Tokyo' });
      expect(days).toMatchObject({ timeZone: 'Asia/Tokyo', stepMs: DAY });
      expect(days.results[0]?.series[0]?.points.map(({ time }) => time)).toEqual(['2026-03-03T15:00:00.000Z']);
      const hours = await ask({ pod: 'web-1', step: '1h', timeZone: 'Asia/Kolkata' });
      expect(hours.results[0]?.series[0]?.points.map(({ time }) => time)).toEqual(['2026-03-04T09:30:00.000Z']);
      const weeks = await ask({ pod: 'web-1', step: '7d' });
      expect(weeks.results[0]?.series[0]?.points.map(({ time }) => time)).toEqual(['2026-03-02T00:00:00.000Z']);
    });

    it('of an earlier span are moved onto the asked times, so that the two can be compared', async () => {
      const question = { ...CPU, pod: 'web-1' };
      const answer = await post({
        step: '5m',
        queries: [
          { id: 'now', ...question },
          { id: 'before', ...question, offset: '10m' },
        ],
        expressions: [{ id: 'change', expression: 'now - before' }],
      });
      const [now, before, change] = answer.results;
      expect(before).toMatchObject({ offsetMs: 10 * MINUTE, coverage: { cycles: 0 } });
      expect(now).not.toHaveProperty('coverage');
      expect(before?.series[0]?.points.map(({ time }) => time)).toEqual(now?.series[0]?.points.map(({ time }) => time));
      expect(change?.series[0]?.points.map(({ value }) => value)).toEqual([10, 10]);
    });
  });

  it('says of every answer what it is made of', async () => {
    const said = {
      resolution: 'raw',
      resolutionMs: MINUTE,
      truncated: false,
      notes: [],
      tookMs: 0,
      coverage: { cycles: 0 },
    };
    expect(await ask({})).toMatchObject(said);
    expect(await client.ok('instant', CPU)).toMatchObject(said);
    expect(await client.ok('top', CPU)).toMatchObject(said);
    expect(await client.ok('usage')).toMatchObject(said);
  });

  describe('values', () => {
    const page = async (path: string, query: Record<string, string>) => {
      const pods: (string | undefined)[] = [];
      let cursor: string | undefined = '';
      while (cursor !== undefined) {
        const answer: MetricValues = await client.ok(path, {
          ...CPU,
          ...query,
          limit: '1',
          ...(cursor === '' ? {} : { cursor }),
        });
        pods.push(...answer.items.map(({ object }) => object.pod));
        expect(answer.truncated).toBe(answer.nextCursor !== undefined);
        cursor = answer.nextCursor;
      }
      return pods;
    };

    it('come page by page, in any order', async () => {
      expect(await page('instant', {})).toEqual(['vault-1', 'cart-1', 'web-1']);
      expect(await page('top', {})).toEqual(['cart-1', 'vault-1', 'web-1']);
      expect(await page('top', { order: 'asc' })).toEqual(['web-1', 'vault-1', 'cart-1']);
      expect(await page('top', { order: 'name' })).toEqual(['vault-1', 'cart-1', 'web-1']);
      expect(await page('top', { from: '-10m', aggregation: 'max' })).toEqual(['cart-1', 'vault-1', 'web-1']);
      expect(await page('top', { from: '-10m', order: 'asc' })).toEqual(['web-1', 'vault-1', 'cart-1']);
    });

    it.each(['x', 'WzFd', 'WyJhIiwiYiJd', 'WzEsLTFd', 'WzEsMS41XQ'])('refuse the cursor %s', async (cursor) => {
      for (const path of ['instant', 'top']) {
        expect((await client.problem(path, { ...CPU, cursor }, 400)).errors?.[0]?.pointer).toBe('cursor');
      }
    });

    it('are of a span when it is asked for', async () => {
      const answer = await client.ok<MetricValues>('top', { ...CPU, ...LAST_FIVE, aggregation: 'min', limit: '1' });
      expect(answer).toMatchObject({
        from: '2026-03-04T09:56:00.000Z',
        to: '2026-03-04T10:01:00.000Z',
        aggregation: 'min',
      });
      expect(answer).not.toHaveProperty('at');
      expect(answer.items).toMatchObject([{ value: 355, integer: 355, time: '2026-03-04T09:56:00.000Z' }]);
      const rate = await client.ok<MetricValues>('top', {
        metric: 'network/rx',
        object: 'pod',
        ...LAST_FIVE,
        aggregation: 'rate',
      });
      expect([rate.unit, rate.items[0]?.value]).toEqual(['bytes/s', 100]);
    });

    it.each<[Record<string, string>, string]>([
      [{ to: 'now' }, 'to'],
      [{ aggregation: 'max' }, 'aggregation'],
      [{ from: '-1h', at: 'now' }, 'at'],
      [{ from: '-1h', lookback: '1m' }, 'lookback'],
      [{ from: 'now', to: '-1h' }, 'from'],
      [{ from: '-500d' }, 'from'],
      [{ from: '-1h', aggregation: 'rate' }, 'aggregation'],
    ])('refuse %j', async (query, pointer) => {
      expect((await client.problem('top', { ...CPU, ...query }, 400)).errors?.map((error) => error.pointer)).toEqual([
        pointer,
      ]);
    });

    it('in millicores have the whole number beside', async () => {
      const { items } = await client.ok<MetricValues>('instant', CPU);
      expect(items.map(({ value, integer }) => [value, integer])).toEqual([
        [259, 259],
        [359, 359],
        [159, 159],
      ]);
      const disk = await client.ok<MetricValues>('instant', { metric: 'filesystem/usage', object: 'pod' });
      expect(disk.items[0]).not.toHaveProperty('integer');
    });
  });

  describe('usage', () => {
    const usage = (query: Record<string, string>, headers = {}) => client.ok<UsageList>('usage', query, headers);

    it('of the cluster has what its nodes use, and what of it is not of pods', async () => {
      const { items, from } = await usage({});
      expect(from).toBe('2026-03-04T09:01:00.000Z');
      expect(items).toEqual([
        {
          cpu: {
            unit: 'millicores',
            capacity: 4000,
            requests: 250,
            usage: 600,
            nodeUsage: 700,
            systemUsage: 100,
            usageP95: 600,
            waste: 0,
          },
          memory: { unit: 'bytes' },
          ephemeralStorage: { unit: 'bytes', usage: 650, nodeUsage: 900, systemUsage: 250, usageP95: 650 },
        },
      ]);
    });

    it('of a node has what it may give', async () => {
      const { items } = await usage({ scope: 'node', node: 'node-1' });
      expect(items).toMatchObject([
        { node: 'node-1', cpu: { capacity: 4000, allocatable: 3800, requests: 250, usage: 759, waste: 0 } },
      ]);
    });

    it('of a workload has what it requests and does not use', async () => {
      const { items, notes } = await usage({ scope: 'workload', workload: 'Deployment/web' });
      expect(items).toHaveLength(1);
      expect(items[0]).toMatchObject({
        namespace: 'shop',
        workload: 'Deployment/web',
        pods: 1,
        cpu: { requests: 250, limits: 500, usage: 159 },
      });
      expect(items[0]?.cpu.usageP95).toBeGreaterThan(150);
      expect(items[0]?.cpu.waste).toBeCloseTo(250 - (items[0]?.cpu.usageP95 ?? 0), 9);
      expect(notes).toEqual([expect.stringMatching(/averages in steps of \d+ minutes/)]);
    });

    it('comes page by page', async () => {
      const first = await usage({ scope: 'workload', limit: '1' });
      expect(first.items.map(({ workload }) => workload)).toEqual(['Deployment/cart']);
      expect(first).toMatchObject({ truncated: true, truncatedBecause: expect.stringContaining('nextCursor') });
      const second = await usage({ scope: 'workload', limit: '1', cursor: first.nextCursor ?? '' });
      expect(second.items.map(({ workload }) => workload)).toEqual(['Deployment/web']);
      expect(second).not.toHaveProperty('nextCursor');
    });

    it('is of what a caller may see', async () => {
      expect((await usage({ scope: 'namespace' }, asTenant)).items.map(({ namespace }) => namespace)).toEqual(['shop']);
      await client.problem('usage', { scope: 'node' }, 403, asTenant);
      await client.problem('usage', {}, 403, asTenant);
      await client.problem('usage', { scope: 'namespace', namespace: 'bank' }, 403, asTenant);
    });

    it('of what nobody knows is a 404, and of what does not apply a 400', async () => {
      expect((await client.problem('usage', { scope: 'node', node: 'node-9' }, 404)).detail).toBe(
        'There is no node "node-9".',
      );
      expect((await client.problem('usage', { scope: 'node', namespace: 'shop' }, 400)).errors?.[0]?.pointer).toBe(
        'namespace',
      );
    });
  });

  describe('an export', () => {
    const file = (query: Record<string, string>, headers = {}) =>
      client.get('export', { ...CPU, ...LAST_FIVE, namespace: 'shop', pod: 'web-1', ...query }, headers);

    it('is CSV unless something else is wanted, each row a sample', async () => {
      const answer = await file({ to: '2026-03-04T09:58:00Z' });
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([
        200,
        'text/csv; charset=utf-8; header=present',
      ]);
      expect(answer.headers['content-disposition']).toBe('attachment; filename="metrics.csv"');
      expect(answer.body.split('\r\n')).toEqual([
        'time,metric,unit,object,namespace,node,workload,pod,podUid,container,resource,value',
        '2026-03-04T09:56:00.000Z,cpu/usage_rate,millicores,pod,shop,node-1,Deployment/web,web-1,uid-of-web-1,,,155',
        '2026-03-04T09:57:00.000Z,cpu/usage_rate,millicores,pod,shop,node-1,Deployment/web,web-1,uid-of-web-1,,,156',
        '',
      ]);
    });

    it('is NDJSON when that is wanted', async () => {
      const answer = await file({ step: '1d' }, { accept: 'application/x-ndjson' });
      expect(answer.headers['content-type']).toBe('application/x-ndjson');
      expect(JSON.parse(answer.body)).toEqual({
        time: '2026-03-04T00:00:00.000Z',
        metric: 'cpu/usage_rate',
        unit: 'millicores',
        object: expect.objectContaining({ type: 'pod', pod: 'web-1', labels: { app: 'web' } }),
        value: 157,
      });
    });

    it('is OpenMetrics in base units, each metric once', async () => {
      const answer = await file({
        metric: 'cpu/usage_rate,network/rx,cpu-usage',
        step: '1d',
        aggregation: 'last',
        format: 'openmetrics',
      });
      expect(answer.headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
      const labels =
        '{object="pod",namespace="shop",pod="web-1",node="node-1",workload="Deployment/web",pod_uid="uid-of-web-1"}';
      expect(answer.body.split('\n')).toEqual([
        '# TYPE quartermaster_kube_cpu_usage_cores gauge',
        '# UNIT quartermaster_kube_cpu_usage_cores cores',
        '# HELP quartermaster_kube_cpu_usage_cores CPU use',
        `quartermaster_kube_cpu_usage_cores${labels} 0.159 ${Date.UTC(2026, 2, 4) / 1000}`,
        '# TYPE quartermaster_kube_network_rx_bytes counter',
        '# UNIT quartermaster_kube_network_rx_bytes bytes',
        '# HELP quartermaster_kube_network_rx_bytes Bytes received on the default interface',
        `quartermaster_kube_network_rx_bytes_total${labels} 354000 ${Date.UTC(2026, 2, 4) / 1000}`,
        '# EOF',
        '',
      ]);
      const rate = await client.problem(
        'export',
        { ...CPU, metric: 'network/rx', aggregation: 'rate', format: 'openmetrics' },
        400,
      );
      expect(rate.detail).toMatch(/rate has no name in OpenMetrics/);
    });

    it('is compressed when that is accepted', async () => {
      const plain = await file({});
      const answer = await file({}, { 'accept-encoding': 'gzip' });
      expect([answer.headers['content-encoding'], answer.headers['vary']]).toEqual(['gzip', 'accept, accept-encoding']);
      expect(gunzipSync(answer.rawPayload).toString()).toBe(plain.body);
    });

    it('says what is wrong before its first byte', async () => {
      await client.problem('export', { ...CPU, pod: 'none' }, 404);
      await client.problem('export', { ...CPU, namespace: 'bank' }, 403, asTenant);
      expect((await client.problem('export', CPU, 406, { accept: 'text/html' })).detail).toMatch(/text\/csv/);
      expect((await client.problem('export', { ...CPU, format: 'xml' }, 400)).errors?.[0]?.pointer).toBe('format');
    });

    it('of all pods has every series, whatever the pages of the store', async () => {
      const answer = await client.get('export', { metric: 'cpu/usage_rate', object: 'pod', ...LAST_FIVE });
      expect(answer.body.trim().split('\r\n')).toHaveLength(1 + 3 * 5);
      const tenant = await client.get('export', { metric: 'cpu/usage_rate', object: 'pod', ...LAST_FIVE }, asTenant);
      expect(tenant.body.trim().split('\r\n')).toHaveLength(1 + 2 * 5);
      expect(tenant.body).not.toContain('vault');
    });
  });

  it('takes the name of an extended request for what it stands for', async () => {
    const problem = await client.problem('query', { metric: 'nvidia.com/gpu/request', object: 'node' }, 404);
    expect(problem.detail).toBe('There is no resource "Extended:nvidia.com/gpu".');
  });
});
