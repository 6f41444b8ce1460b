import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MetricRange } from '../../src/metrics/metric-query.schema.js';
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

  it('keeps what an earlier span knows of steps to come, also where gaps are filled', async () => {
    const span = { from: '2026-03-04T09:56:00Z', to: '2026-03-04T10:11:00Z', pod: 'web-1' };
    const answer = await ask({ ...span, offset: '10m', fill: 'null', expression: 'a * 2' });
    expect(valuesOf(answer)).toEqual([[146.5, 151, 156, 159]]);
    expect(valuesOf(answer, 1)).toEqual([[293, 302, 312, 318]]);
  });

  it('bounds what an expression makes on its way, not its result alone', async () => {
    const chain = { ...LAST_FIVE, step: '1s', expression: `a${' + a'.repeat(249)}` };
    const problem = await client.problem('query', { ...CPU, ...chain, from: '2026-03-04T08:50:00Z' }, 400);
    expect(problem.errors).toEqual([{ pointer: 'step', detail: expect.stringMatching(/QUERY_MAX_CELLS/) }]);
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

  it('takes the name of an extended request for what it stands for', async () => {
    const problem = await client.problem('query', { metric: 'nvidia.com/gpu/request', object: 'node' }, 404);
    expect(problem.detail).toBe('There is no resource "Extended:nvidia.com/gpu".');
  });
});
