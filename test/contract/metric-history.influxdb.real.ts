import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { InfluxdbMetricStore } from '../../src/adapters/influxdb/metric-store.influxdb.js';
import type { Aggregation, RangeQuery } from '../../src/metrics/metric-store.port.js';
import { InfluxdbServer } from '../support/influxdb-server.js';
import { aPod, aSample } from '../support/samples.js';
import { MINUTE, StoreFixture, T0 } from './metric-store.fixture.js';

const HOUR = 60 * MINUTE;

describe('the history of InfluxdbMetricStore', () => {
  const fixture = new StoreFixture();
  const { append, range, groups, pages, knows } = fixture;
  let server: InfluxdbServer;
  let store: InfluxdbMetricStore;
  let bucket: string;
  let nowMs: number;

  beforeAll(async () => {
    server = await InfluxdbServer.start();
  });
  afterAll(() => server.stop());

  beforeEach(async () => {
    const { url, org, token } = server;
    bucket = server.newBucket();
    nowMs = T0 + 24 * HOUR;
    store = await InfluxdbMetricStore.open({ url, org, token, bucket, now: () => nowMs });
    fixture.take({ writer: store.writer, reader: store.reader, close: () => Promise.resolve() });
  });

  const write = (minute: number, values: Readonly<Record<string, number>>, pod = aPod()): Promise<void> =>
    append(T0 + minute * MINUTE, [aSample(pod, values)]);
  const rollUp = (untilMs: number): Promise<number> => {
    nowMs += HOUR;
    return store.upkeep.rollUp(untilMs);
  };
  /** The rows of a tier's bucket: of each metric and time its fields, read past the store. */
  const rows = async (tier: '5m' | '1h', metric: string) => {
    const found = await server.query(`from(bucket: "${bucket}_${tier}") |> range(start: 0)
      |> filter(fn: (r) => r._measurement == "${metric}" and r.type == "pod")
      |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value") |> group() |> sort(columns: ["_time"])`);
    const fields = ['min', 'max', 'sum', 'n', 'value', 'increase'];
    return found.map((row) => ({
      minute: (Date.parse(String(row['_time'])) - T0) / MINUTE,
      ...Object.fromEntries(fields.flatMap((field) => (typeof row[field] === 'number' ? [[field, row[field]]] : []))),
    }));
  };

  it('keeps of a gauge min, max, sum and how many, of a counter last and increase, of a constant the last', async () => {
    const cpu = [1.5, 4, 2, Number.NaN, 3];
    const usage = [1000, 1600, 100, 300, 350]; // it went back: counted from zero
    for (const [minute, value] of cpu.entries()) {
      await write(minute, { 'cpu/usage_rate': value, 'cpu/usage': usage[minute] ?? 0, 'cpu/request': 100 + minute });
    }
    await write(5, { 'cpu/usage': 400 });
    await rollUp(T0 + 10 * MINUTE);
    expect(await rows('5m', 'cpu/usage_rate')).toEqual([{ minute: 0, min: 1.5, max: 4, sum: 10.5, n: 4 }]);
    expect(await rows('5m', 'cpu/usage')).toEqual([
      { minute: 0, value: 350, increase: 950, n: 5 },
      { minute: 5, value: 400, increase: 50, n: 1 },
    ]);
    expect(await rows('5m', 'cpu/request')).toEqual([{ minute: 0, value: 104, n: 5 }]);
  });

  it('rolls up whole rows that ended, and hours from them; the rest when it has ended', async () => {
    for (let minute = 0; minute < 70; minute += 1) await write(minute, { 'memory/usage': minute });
    await rollUp(T0 + 10 * MINUTE - 1);
    expect((await rows('5m', 'memory/usage')).map(({ minute }) => minute)).toEqual([0]);
    await rollUp(T0 + 10 * MINUTE);
    expect(await rows('5m', 'memory/usage')).toHaveLength(2);
    expect(await rows('1h', 'memory/usage')).toEqual([]);
    await rollUp(T0 + 65 * MINUTE);
    expect(await rows('5m', 'memory/usage')).toHaveLength(13);
    expect(await rows('1h', 'memory/usage')).toEqual([{ minute: 0, min: 0, max: 59, sum: 1770, n: 60 }]);
    expect(await store.reader.tiers()).toEqual([
      { name: 'raw', oldestMs: T0 },
      { name: '5m', resolutionMs: 5 * MINUTE, oldestMs: T0 },
      { name: '1h', resolutionMs: HOUR, oldestMs: T0 },
    ]);
  });

  it('counts an increase from the row before, and not over more than ten minutes', async () => {
    for (const [atMs, value] of [
      [T0 + 59 * MINUTE, 10],
      [T0 + HOUR, 17],
      [T0 + 70 * MINUTE, 20],
      [T0 + 80 * MINUTE + 1, 30],
    ] as const) {
      await append(atMs, [aSample(aPod(), { 'cpu/usage': value })]);
    }
    await rollUp(T0 + HOUR);
    await rollUp(T0 + 2 * HOUR);
    expect((await rows('5m', 'cpu/usage')).map((row) => 'increase' in row && row.increase)).toEqual([
      false,
      7,
      3,
      false,
    ]);
    expect(await rows('1h', 'cpu/usage')).toEqual([
      { minute: 0, value: 10, n: 1 },
      { minute: 60, value: 30, increase: 10, n: 3 },
    ]);
  });

  it('makes rows again for which samples come late, or again, and no others', async () => {
    for (let minute = 0; minute < 120; minute += 5) await write(minute, { 'memory/usage': 1 });
    await rollUp(T0 + 2 * HOUR);
    nowMs += HOUR;
    await write(62, { 'memory/usage': 100 });
    await write(65, { 'memory/usage': 7 });
    await rollUp(T0 + 2 * HOUR);
    const sums = (await rows('5m', 'memory/usage')).map((row) => 'sum' in row && row.sum);
    expect(sums).toEqual(Array.from({ length: 24 }, (_, index) => (index === 12 ? 101 : index === 13 ? 7 : 1)));
    expect((await rows('1h', 'memory/usage')).map((row) => 'sum' in row && row.sum)).toEqual([12, 118]);
  });

  it('may run twice at once, and after what a killed run left', async () => {
    for (let minute = 0; minute < 60; minute += 1) await write(minute, { 'memory/usage': 1 });
    await Promise.all([rollUp(T0 + HOUR), rollUp(T0 + 30 * MINUTE), rollUp(T0 + HOUR)]);
    await rollUp(T0 + HOUR);
    expect(await rows('1h', 'memory/usage')).toEqual([{ minute: 0, min: 1, max: 1, sum: 60, n: 60 }]);
    expect(await rows('5m', 'memory/usage')).toHaveLength(12);
  });

  it('puts an object whose labels and workload change into one row, which bears the newest', async () => {
    const old = aPod({ labels: { app: 'old' }, workload: 'Deployment/old' });
    const young = aPod({ labels: { app: 'new' } });
    for (const minute of [0, 1]) await write(minute, { 'cpu/usage': 100 * minute, 'memory/usage': 5 }, old);
    for (const minute of [2, 3, 6]) await write(minute, { 'cpu/usage': 100 * minute, 'memory/usage': 7 }, young);
    await rollUp(T0 + HOUR);
    expect(await rows('5m', 'cpu/usage')).toEqual([
      { minute: 0, value: 300, increase: 300, n: 4 },
      { minute: 5, value: 600, increase: 300, n: 1 },
    ]);
    const select = {
      type: 'pod',
      matchesLabels: ({ app }: Readonly<Record<string, string>>) => app === 'new',
    } as const;
    expect(await range(select, { metric: 'memory/usage', tier: '5m', aggregation: 'count', stepMs: HOUR })).toEqual([
      { object: young, points: [[T0, 5]] },
    ]);
    expect(await range(select, { metric: 'cpu/usage', aggregation: 'increase', stepMs: HOUR })).toEqual([
      { object: young, points: [[T0, 600]] },
    ]);
    expect(await range(select, { metric: 'memory/usage', aggregation: 'avg', stepMs: HOUR })).toEqual([
      { object: young, points: [[T0, 6.2]] },
    ]);
  });

  describe('answers', () => {
    /** Three hours: two that are rolled up to the hour, ten minutes of the third to five, the rest raw. */
    beforeEach(async () => {
      for (let minute = -120; minute < 20; minute += 1) {
        const values = { 'cpu/usage_rate': minute + 200, 'cpu/usage': 1000 * (minute + 200), 'cpu/request': 100 };
        await append(T0 + minute * MINUTE, [aSample(aPod(), values), aSample(aPod({ pod: 'web-2' }), values)]);
      }
      await rollUp(T0 + 12 * MINUTE);
    });

    const all: Partial<RangeQuery> = { fromMs: T0 - 2 * HOUR, stepMs: HOUR };
    const AGGREGATIONS: readonly Aggregation[] = ['avg', 'min', 'max', 'sum', 'count', 'rate', 'increase'];

    it.each(['5m', '1h'] as const)('are those of the samples: %s', async (tier) => {
      for (const aggregation of AGGREGATIONS) {
        for (const metric of ['cpu/usage_rate', 'cpu/usage', 'cpu/request']) {
          const isLevel = metric !== 'cpu/usage' && (aggregation === 'rate' || aggregation === 'increase');
          const isEstimate = metric === 'cpu/usage' && ['avg', 'min', 'sum'].includes(aggregation);
          if (isLevel || isEstimate) continue;
          const query = { ...all, metric, aggregation };
          const expected = await range({ type: 'pod' }, query);
          expect(expected).toHaveLength(2);
          expect(await range({ type: 'pod' }, { ...query, tier })).toEqual(expected);
          expect(await pages({ type: 'pod' }, { ...query, tier })).toEqual(expected);
          expect(await groups({ type: 'pod' }, { ...query, tier })).toEqual(await groups({ type: 'pod' }, query));
        }
      }
    });

    it('take the averages of rows for percentiles and the last', async () => {
      const query = { ...all, toMs: T0, tier: '1h', metric: 'cpu/usage_rate' } as const;
      for (const aggregation of ['p50', 'p99', 'last'] as const) {
        const [series] = await range({ type: 'pod' }, { ...query, aggregation });
        expect(series?.points).toEqual([
          [T0 - 2 * HOUR, 109.5],
          [T0 - HOUR, 169.5],
        ]);
      }
    });

    it('take the value of a counter for every sample of its row', async () => {
      const query = { ...all, toMs: T0, tier: '1h', metric: 'cpu/usage', stepMs: 4 * HOUR, originMs: T0 - 2 * HOUR };
      const point = async (aggregation: Aggregation) =>
        (await range({ type: 'pod', pod: 'web-1' }, { ...query, tier: '1h', aggregation }))[0]?.points;
      expect(await point('avg')).toEqual([[T0 - 2 * HOUR, (139_000 + 199_000) / 2]]);
      expect(await point('sum')).toEqual([[T0 - 2 * HOUR, 60 * (139_000 + 199_000)]]);
      expect(await point('min')).toEqual([[T0 - 2 * HOUR, 139_000]]);
    });

    it('know an object by its rows alone, and read these when the samples are gone', async () => {
      await server.deleteAll(bucket);
      expect(await knows({ type: 'pod', pod: 'web-2' })).toBe(true);
      expect(await knows({ type: 'pod', pod: 'web-3' })).toBe(false);
      const [series] = await range({ type: 'pod' }, { ...all, tier: '1h', aggregation: 'count' });
      expect(series?.points).toEqual([
        [T0 - 2 * HOUR, 60],
        [T0 - HOUR, 60],
        [T0, 10],
      ]);
    });
  });
});
