import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresCycleRecords } from '../../src/adapters/postgres/cycle-records.postgres.js';
import type { CycleRecords } from '../../src/metrics/collect/cycle-records.port.js';
import type { MetricValues } from '../../src/metrics/metric-newest.schema.js';
import {
  asTenant,
  CPU,
  fillCycles,
  fillStore,
  MetricClient,
  MINUTE,
  MISSING,
  type ProblemBody,
  startMetricApi,
  T0,
  WEB,
} from '../support/metric-api.js';
import { METRIC_STORES } from '../support/metric-stores.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';
import { aPod } from '../support/samples.js';

let records: TestRecords;
let cycles: CycleRecords;

beforeAll(async () => {
  records = await openPgliteRecords();
  cycles = new PostgresCycleRecords(records.database);
  await fillCycles(cycles);
}); // making the records' folder is slow on a busy machine
afterAll(() => records.close());

describe.each(METRIC_STORES)('the metrics API on %s', (_, open) => {
  let client: MetricClient;
  let close: () => Promise<unknown>;

  beforeAll(async () => {
    const store = await open();
    await fillStore(store.writer);
    const app = await startMetricApi(store.reader, cycles);
    client = new MetricClient(app);
    close = () => app.close().then(() => store.close());
  });
  afterAll(() => close());

  describe('a range', () => {
    it('is the last hour in steps of the resolution unless said otherwise', async () => {
      const answer = await client.range({ ...CPU, pod: 'web-1' });
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
      const answer = await client.range({ ...CPU, ...times, pod: 'web-1', aggregation });
      const points = answer.series[0]?.points;
      expect(points?.map((point) => point.time)).toEqual(['2026-03-04T09:00:00.000Z', '2026-03-04T10:00:00.000Z']);
      const whole = await client.range({ ...CPU, ...times, pod: 'web-1', aggregation, step: '1d' });
      expect(whole.series[0]?.points).toEqual([{ time: '2026-03-04T00:00:00.000Z', value }]);
    });

    it('takes times in every form', async () => {
      for (const from of ['2026-03-04T09:50:24.500Z', '1772617824.5', '1772617824500', 'now-10m', '-10m']) {
        expect((await client.range({ ...CPU, from })).from).toBe('2026-03-04T09:50:24.500Z');
      }
    });

    it.each([
      [{ namespace: 'shop' }, ['cart-1', 'web-1']],
      [{ workload: 'Deployment/web' }, ['web-1']],
      [{ labelSelector: 'app in (web,cart),app!=web' }, ['cart-1']],
      [{ node: 'node-1', pod: 'vault-1' }, ['vault-1']],
      [{}, ['vault-1', 'cart-1', 'web-1']],
    ])('is of the objects that %j selects', async (select, pods) => {
      const answer = await client.range({ ...CPU, ...select });
      expect(answer.series.map(({ object }) => object.pod)).toEqual(pods);
    });

    it('answers a body as it answers a query string', async () => {
      const span = { from: T0 - 10 * MINUTE, to: 'now', step: '5m' };
      const question = { ...CPU, namespace: 'shop' };
      const posted = await client.post({ queries: [{ ...question, limit: 1 }], ...span });
      expect(posted.statusCode).toBe(200);
      const query = { ...question, ...span, from: String(span.from), limit: '1' };
      expect(posted.json()).toEqual(await client.ok('query', query));
    });

    it('names a field of a body by its pointer', async () => {
      const pointers = async (payload: object) =>
        (await client.post(payload)).json<ProblemBody>().errors?.map(({ pointer }) => pointer);
      const queries = [CPU];
      expect(await pointers({ queries, from: true, size: 1 })).toEqual(['/from', '/size']);
      expect(await pointers({ queries, from: 'now', to: '-1h' })).toEqual(['/from']);
      expect(await pointers({ queries: [CPU, { ...CPU, object: 'ns', pod: 'x' }] })).toEqual(['/queries/1/pod']);
      expect(await pointers({ queries: [CPU, { ...CPU, limit: 1001 }] })).toEqual(['/queries/1/limit']);
    });

    it('says that it is cut and by what', async () => {
      const cut = await client.range({ ...CPU, limit: '2' });
      expect(cut.series.map(({ object }) => object.pod)).toEqual(['vault-1', 'cart-1']);
      expect(cut).toMatchObject({ truncated: true, truncatedBecause: expect.stringContaining('More than 2 series') });
      expect((await client.range({ ...CPU, limit: '3' })).truncated).toBe(false);
    });

    it('is empty, and no error, where a known object has nothing', async () => {
      const yesterday = { from: 'now-2d', to: 'now-1d' };
      expect((await client.range({ ...CPU, ...yesterday, pod: 'web-1' })).series).toEqual([]);
      expect((await client.range({ ...CPU, labelSelector: 'app=none' })).series).toEqual([]);
      expect((await client.range({ ...CPU, pod: 'new-1' })).series).toEqual([]);
    });
  });

  describe('the newest values', () => {
    it('come with their age', async () => {
      const answer = await client.ok<MetricValues>('instant', CPU);
      expect(answer).toMatchObject({ at: '2026-03-04T10:00:24.500Z', lookbackMs: 3 * MINUTE, truncated: false });
      expect(answer.items.map(({ object, value, ageMs, time }) => [object.pod, value, ageMs, time])).toEqual([
        ['vault-1', 259, 24_500, '2026-03-04T10:00:00.000Z'],
        ['cart-1', 359, 24_500, '2026-03-04T10:00:00.000Z'],
        ['web-1', 159, 24_500, '2026-03-04T10:00:00.000Z'],
      ]);
    });

    it('are those of an earlier instant when asked', async () => {
      const answer = await client.ok<MetricValues>('instant', { ...CPU, pod: 'web-1', at: 'now-10m' });
      expect(answer.items[0]).toMatchObject({ value: 149, ageMs: 24_500 });
      const tight = await client.ok<MetricValues>('instant', { ...CPU, pod: 'web-1', lookback: '24s' });
      expect(tight.items).toEqual([]);
    });

    it('are one for each resource of a labelled metric', async () => {
      const answer = await client.ok<MetricValues>('instant', { metric: 'filesystem/usage', object: 'pod' });
      expect(answer.items.map(({ object, value }) => [object.resource, value])).toEqual([['Volume:data', 5]]);
    });

    it('make a top list', async () => {
      const top = async (query: Record<string, string>) =>
        (await client.ok<MetricValues>('top', { ...CPU, ...query })).items.map(({ object }) => object.pod);
      expect(await top({})).toEqual(['cart-1', 'vault-1', 'web-1']);
      expect(await top({ order: 'asc', limit: '2' })).toEqual(['web-1', 'vault-1']);
      expect(await top({ namespace: 'shop', limit: '1' })).toEqual(['cart-1']);
    });

    it('take a short name of Heapster for the metric', async () => {
      expect((await client.ok<MetricValues>('top', { ...CPU, metric: 'cpu-usage' })).metric).toBe('cpu/usage_rate');
    });
  });

  describe('coverage', () => {
    it('of a range names every node that was away in a cycle of it, with the newest reason', async () => {
      expect((await client.range(CPU)).coverage).toEqual({
        cycles: 60,
        newestCycleAt: '2026-03-04T10:00:00.000Z',
        oldestCycleAt: '2026-03-04T09:01:00.000Z',
        nodesExpected: 2,
        nodesPresent: 1,
        missing: [{ ...MISSING[0], cyclesMissed: 2, lastMissedAt: '2026-03-04T10:00:00.000Z' }],
      });
      const whole = await client.range({ ...CPU, from: 'now-20m', to: 'now-5m' });
      expect(whole.coverage).toMatchObject({ cycles: 15, nodesExpected: 2, nodesPresent: 2, missing: [] });
    });

    it('of the newest values is that of the newest closed cycle', async () => {
      for (const path of ['instant', 'top']) {
        expect((await client.ok<MetricValues>(path, CPU)).coverage).toMatchObject({ cycles: 1, nodesPresent: 1 });
        const before = await client.ok<MetricValues>(path, { ...CPU, at: 'now-1m' });
        expect(before.coverage).toMatchObject({ cycles: 1, nodesPresent: 2, missing: [] });
      }
    });

    it('of an export stands in its header when a node was away, as numbers alone', async () => {
      const notesOf = async (query: Record<string, string>, headers = {}) =>
        (await client.get('export', { ...CPU, ...query }, headers)).headers['quartermaster-notes'];
      const away = 'Nodes that are missing from some cycle: 1 of 2.';
      expect(await notesOf({})).toBe(away);
      expect(await notesOf({}, asTenant)).toBe(away);
      expect(await notesOf({ from: 'now-20m', to: 'now-5m' })).toBeUndefined();
    });

    it('says that nothing was collected', async () => {
      const answer = await client.range({ ...CPU, from: 'now-2d', to: 'now-1d' });
      expect(answer.coverage).toEqual({ cycles: 0, nodesExpected: 0, nodesPresent: 0, missing: [] });
    });
  });

  describe('a caller that is limited to namespaces', () => {
    it('sees its own, and counts instead of node names', async () => {
      const answer = await client.range(CPU, asTenant);
      expect(answer.series.map(({ object }) => object.namespace)).toEqual(['shop', 'shop']);
      expect(answer.coverage).toMatchObject({ nodesExpected: 2, nodesPresent: 1 });
      expect(answer.coverage).not.toHaveProperty('missing');
      const top = await client.ok<MetricValues>('top', CPU, asTenant);
      expect(top.items.map(({ object }) => object.pod)).toEqual(['cart-1', 'web-1']);
      const ns = await client.ok<MetricValues>('instant', { ...CPU, object: 'ns' }, asTenant);
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
      for (const query of refusals) details.add((await client.problem('query', query, 403, asTenant)).detail);
      expect(details.size).toBe(1);
    });

    it("finds another tenant's pod as unknown as one that does not exist", async () => {
      const text = (pod: string) => `There is no pod "${pod}".`;
      for (const pod of ['vault-1', 'nothing-1']) {
        expect((await client.problem('query', { ...CPU, pod }, 404, asTenant)).detail).toBe(text(pod));
      }
    });
  });
});
