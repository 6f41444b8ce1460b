import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MetricValues } from '../../src/metrics/metric-newest.schema.js';
import type { UsageList } from '../../src/metrics/metric-usage.schema.js';
import { asTenant, CPU, fillStore, MetricClient, startMetricApi } from '../support/metric-api.js';
import { METRIC_STORES } from '../support/metric-stores.js';

/** The last five cycles: CPU of web 155 to 159, cart 355 to 359, vault 255 to 259. */
const LAST_FIVE = { from: '2026-03-04T09:56:00Z', to: '2026-03-04T10:01:00Z' };

describe.each(METRIC_STORES)('values of the metrics API on %s', (_, open) => {
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
      expect(notes).toEqual([expect.stringMatching(/averages in steps of 1m\.$/)]);
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
});
