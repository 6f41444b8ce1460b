import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore, type DuckdbMetricStoreOptions } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { METRICS, metricIndex } from '../../src/metrics/core/metric-catalogue.js';
import type { Sample } from '../../src/metrics/core/sample.js';
import { TIERS } from '../../src/metrics/metric-store.port.js';
import { aFullSample, aNode, aPod, aSample } from '../support/samples.js';
import { cpu, DAY, MINUTE, StoreFixture, T0 } from './metric-store.fixture.js';

/** Where cpu/usage_rate stands among a pod's metrics. */
const CPU = metricIndex('pod', 'cpu/usage_rate');

const TOMORROW = Math.ceil(T0 / DAY) * DAY;
const whole = { fromMs: T0 - 30 * DAY, toMs: T0 + 30 * DAY };

describe('DuckdbMetricStore over the days', () => {
  const fixture = new StoreFixture();
  const { append, range, instant, knows } = fixture;
  let folder: string;
  let store: DuckdbMetricStore;

  async function open(over: Partial<DuckdbMetricStoreOptions> = {}): Promise<void> {
    store = await DuckdbMetricStore.open({ folder, ...over });
    fixture.take({ writer: store.writer, reader: store.reader, close: () => store.close() });
  }
  const reopen = async (over: Partial<DuckdbMetricStoreOptions> = {}): Promise<void> => {
    await store.close();
    await open(over);
  };
  const files = async () => (await readdir(join(folder, 'segments'))).sort();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'metric-days-'));
    await open();
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  describe('closing', () => {
    const samples = (minute: number): Sample[] => [
      aFullSample(aPod({ labels: { app: 'web' } }), minute, T0),
      cpu(aPod({ pod: 'web-2' }), -minute),
      aFullSample(aPod({ resource: 'Volume:a' }), minute),
      aSample(aNode(), { 'cpu/node_capacity': 8000 }),
    ];
    const answers = async () => [
      await range({ type: 'pod' }, whole),
      await range({ type: 'pod' }, { ...whole, metric: 'filesystem/inodes_free' }),
      await instant({ type: 'pod' }, { order: 'valueDescending' }),
      await instant({ type: 'node' }, { metric: 'cpu/node_capacity' }),
      await knows({ type: 'pod', pod: 'web-2' }),
    ];

    beforeEach(async () => {
      for (const minute of [2, 0, 1]) await append(T0 + minute * MINUTE, samples(minute));
      await append(TOMORROW, samples(9));
    });

    it('moves a day to one file a kind, and answers as before', async () => {
      const before = await answers();
      expect(await store.closeDays(TOMORROW)).toEqual([{ dayMs: TOMORROW - DAY, rows: 12, bytes: expect.any(Number) }]);
      expect(await files()).toEqual([
        'node_20260304_g1.parquet',
        'pod_20260304_g1.parquet',
        'pod_filesystem_20260304_g1.parquet',
      ]);
      expect(await answers()).toEqual(before);
      await reopen();
      expect(await answers()).toEqual(before);
      expect(await store.stats()).toMatchObject({ segments: 3, openDays: 1, rows: 16 });
    });

    it('does nothing when it is asked again, and leaves a day that is not over', async () => {
      await store.closeDays(TOMORROW);
      const before = await files();
      expect(await store.closeDays(TOMORROW + DAY - 1)).toEqual([]);
      expect((await store.stats()).newestCycleAtMs).toBe(TOMORROW);
      expect(await files()).toEqual(before);
    });

    it('writes files that are sorted by object and compressed with zstd', async () => {
      await store.closeDays(TOMORROW);
      const duckdb = await (await DuckDBInstance.create()).connect();
      const file = join(folder, 'segments', 'pod_20260304_g1.parquet');
      const rows = await duckdb.runAndReadAll(`SELECT object_id, cycle_at::DOUBLE FROM '${file}'`);
      const keys = (rows.getRowsJS() as [number, number][]).map(([id, at]) => id * 1e14 + at);
      expect(keys).toHaveLength(6);
      expect(keys).toEqual(keys.toSorted((a, b) => a - b));
      const codecs = await duckdb.runAndReadAll(`SELECT DISTINCT compression FROM parquet_metadata('${file}')`);
      expect(codecs.getRowsJS()).toEqual([['ZSTD']]);
      duckdb.closeSync();
    });

    it('takes late samples of a closed day, and puts them into its file when it is closed again', async () => {
      await store.closeDays(TOMORROW);
      await append(T0 + 3 * MINUTE, samples(3));
      await append(T0 + 4 * MINUTE, [cpu(aPod({ node: 'node-2', pod: 'other' }), 1)], 'node-2');
      const before = await answers();
      expect((await range({ type: 'pod', pod: 'web-1' }))[0]?.points).toHaveLength(4);
      await store.closeDays(TOMORROW);
      expect(await files()).toEqual([
        'node_20260304_g2.parquet',
        'pod_20260304_g2.parquet',
        'pod_filesystem_20260304_g2.parquet',
      ]);
      expect(await answers()).toEqual(before);
    });

    it('replaces a scope of a cycle in a closed day', async () => {
      await store.closeDays(TOMORROW);
      await append(T0, [cpu(aPod(), 100)]);
      const expectReplaced = async () => {
        const series = await range({ type: 'pod' }, { aggregation: 'sum' });
        expect(series.map(({ points }) => points.map(([, value]) => value))).toEqual([
          [100, 1 + CPU, 2 + CPU],
          [-1, -2],
        ]);
        expect(await range({ type: 'pod' }, { metric: 'filesystem/usage', toMs: T0 + 1 })).toEqual([]);
      };
      await expectReplaced();
      await reopen();
      await expectReplaced();
      await append(T0, [cpu(aPod(), 100)]);
      await expectReplaced();
      await store.closeDays(TOMORROW);
      await expectReplaced();
      await append(T0, [cpu(aPod(), 100)]);
      await store.closeDays(TOMORROW);
      await expectReplaced();
    });

    it('replaces a whole closed day by nothing', async () => {
      await store.closeDays(TOMORROW);
      for (const minute of [0, 1, 2]) await append(T0 + minute * MINUTE, []);
      expect(await range({ type: 'pod' })).toEqual([]);
      await store.closeDays(TOMORROW);
      expect(await range({ type: 'pod' })).toEqual([]);
      expect(await files()).toEqual([]);
    });

    it('loses nothing that is appended or replaced while it runs', async () => {
      const closing = store.closeDays(TOMORROW);
      const appends = [0, 5, 6, 7].map((minute) => append(T0 + minute * MINUTE, [cpu(aPod(), 50 + minute)]));
      const reads = Array.from({ length: 20 }, () =>
        range({ type: 'pod', pod: 'web-2' }, { ...whole, aggregation: 'last' }),
      );
      await Promise.all([closing, ...appends]);
      for (const [series] of await Promise.all(reads)) expect([3, 4]).toContain(series?.points.length);
      await store.closeDays(TOMORROW);
      const [series] = await range({ type: 'pod', pod: 'web-1' }, { aggregation: 'sum' });
      expect(series?.points.map(([, value]) => value)).toEqual([50, 1 + CPU, 2 + CPU, 55, 56, 57]);
    });

    it('removes the files of a closing that was interrupted', async () => {
      await store.closeDays(TOMORROW);
      const before = await files();
      await writeFile(join(folder, 'segments', 'pod_20260304_g2.parquet.tmp'), 'half');
      await writeFile(join(folder, 'segments', 'pod_20260303_g1.parquet'), 'renamed, but never entered');
      await reopen();
      expect(await files()).toEqual(before);
      expect((await range({ type: 'pod', pod: 'web-1' }))[0]?.points).toHaveLength(3);
    });

    it('is interrupted by the end of the program, and done at the next time', async () => {
      const before = await answers();
      const closing = store.closeDays(TOMORROW).catch((error: unknown) => error);
      await store.close();
      await closing;
      await open();
      await store.closeDays(TOMORROW);
      expect(await answers()).toEqual(before);
    });
  });

  describe('retention', () => {
    /** Of all tiers; how many days of each went. */
    const drop = async (beforeMs: number): Promise<number[]> => {
      await store.rollUp(beforeMs);
      const days = [];
      for (const tier of TIERS) days.push((await store.dropBefore(tier, beforeMs)).length);
      return days;
    };

    it('drops days, closed or open, and the objects that only they have seen', async () => {
      await append(T0 - 3 * DAY, [cpu(aPod({ pod: 'old', labels: { app: 'old' } }), 1), cpu(aPod(), 1)]);
      await append(T0 - 2 * DAY, [cpu(aPod({ pod: 'open' }), 2)]);
      await append(T0, [cpu(aPod(), 3)]);
      await store.closeDays(TOMORROW - 3 * DAY);
      expect(await drop(TOMORROW - 2 * DAY)).toEqual([2, 2, 2]);
      expect(await files()).toEqual([]);
      expect(await knows({ type: 'pod', pod: 'old' })).toBe(false);
      expect(await knows({ type: 'pod', pod: 'open' })).toBe(false);
      expect(await range({ type: 'pod' }, whole)).toEqual([{ object: aPod(), points: [[T0, 3]] }]);
    });

    it('gives an object that comes back after it was forgotten a series of its own', async () => {
      await append(T0 - 3 * DAY, [cpu(aPod(), 1)]);
      await drop(TOMORROW - DAY);
      await append(T0, [cpu(aPod({ pod: 'web-2' }), 2), cpu(aPod(), 3)]);
      expect((await instant({ type: 'pod' })).map(({ object, value }) => [object.pod, value])).toEqual([
        ['web-1', 3],
        ['web-2', 2],
      ]);
    });

    it('does not take the labels of new objects for those of objects that went', async () => {
      const old = aPod({ pod: 'old', labels: { app: 'old' } });
      await append(T0 - 3 * DAY, [cpu(old, 1)]);
      expect((await range({ type: 'pod' }, whole)).map(({ object }) => object)).toEqual([old]);
      await drop(TOMORROW - DAY);
      const fresh = aPod({ labels: { app: 'fresh' } });
      await append(T0, [cpu(fresh, 2)]);
      expect((await range({ type: 'pod' }, whole)).map(({ object }) => object)).toEqual([fresh]);
    });

    it('keeps objects of the days that are kept', async () => {
      await append(T0 - 3 * DAY, [cpu(aPod(), 1)]);
      await append(T0 - 2 * DAY, [cpu(aPod(), 2), cpu(aPod({ pod: 'closed' }), 2)]);
      await append(T0, [cpu(aPod(), 3), cpu(aPod({ pod: 'new' }), 3)]);
      await store.closeDays(TOMORROW);
      expect((await store.stats()).newestCycleAtMs).toBe(T0);
      await drop(TOMORROW - 3 * DAY);
      await reopen();
      const series = await range({ type: 'pod' }, whole);
      expect(series.map(({ object, points }) => [object.pod, points.length])).toEqual([
        ['closed', 1],
        ['new', 1],
        ['web-1', 2],
      ]);
    });

    it('drops nothing when nothing is old enough', async () => {
      await append(T0, [cpu(aPod(), 1)]);
      expect(await drop(TOMORROW - 1)).toEqual([0, 0, 0]);
      expect(await instant({ type: 'pod' })).toHaveLength(1);
    });
  });

  it('gets a column when the catalogue grows, in the middle of a day too', async () => {
    const older = METRICS.filter((metric) => metric.name !== 'cpu/usage_rate');
    const withoutRate = (value: number): Sample => {
      const { object, values } = aSample(aPod(), { 'memory/usage': value });
      return { object, sampledAtMs: undefined, values: values.filter((_, index) => index !== CPU) };
    };
    await reopen({ catalogue: older });
    await append(T0 - DAY, [withoutRate(1)]);
    await append(T0, [withoutRate(2)]);
    await store.closeDays(TOMORROW - DAY);
    await reopen();
    await append(T0 + MINUTE, [aSample(aPod(), { 'cpu/usage_rate': 7, 'memory/usage': 3 })]);
    expect((await range({ type: 'pod' }, whole))[0]?.points).toEqual([[T0 + MINUTE, 7]]);
    const memory = { ...whole, metric: 'memory/usage' };
    expect((await range({ type: 'pod' }, memory))[0]?.points.map(([, value]) => value)).toEqual([1, 2, 3]);
    await reopen({ catalogue: older });
    await append(T0 + 2 * MINUTE, [withoutRate(4)]);
    expect((await range({ type: 'pod' }, memory))[0]?.points.map(([, value]) => value)).toEqual([1, 2, 3, 4]);
  });
});
