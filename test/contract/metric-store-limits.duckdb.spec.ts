import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { metricsOf } from '../../src/metrics/core/metric-catalogue.js';
import { aPod, aSample } from '../support/samples.js';
import { cpu, DAY, MINUTE, StoreFixture, T0 } from './metric-store.fixture.js';

describe('DuckdbMetricStore at its limits', () => {
  const fixture = new StoreFixture();
  const { append, instant, range } = fixture;
  let folder: string;
  let store: DuckdbMetricStore;
  let usedRatio: number;

  beforeEach(async () => {
    usedRatio = 0.5;
    folder = await mkdtemp(join(tmpdir(), 'metric-limits-'));
    store = await DuckdbMetricStore.open({ folder, diskProbe: () => Promise.resolve(usedRatio) });
    fixture.take({ writer: store.writer, reader: store.reader, close: () => store.close() });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('says that it is not available once it is closed', async () => {
    await store.close();
    await expect(range({ type: 'pod' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(instant({ type: 'pod' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('refuses to write on a disk that is nearly full, reads on, and writes again when there is space', async () => {
    await append(T0, [cpu(aPod(), 1)]);
    usedRatio = 0.95;
    await expect(append(T0, [cpu(aPod(), 2)])).rejects.toMatchObject({ name: 'DiskNearlyFull', usedRatio: 0.95 });
    await expect(store.closeDays(T0 * 2)).rejects.toMatchObject({ name: 'DiskNearlyFull' });
    expect((await instant({ type: 'pod' }))[0]?.value).toBe(1);
    expect(await store.stats()).toMatchObject({ diskUsedRatio: 0.95, newestCycleAtMs: T0, pendingWrites: 0 });
    usedRatio = 0.9;
    await append(T0, [cpu(aPod(), 3)]);
    expect((await instant({ type: 'pod' }))[0]?.value).toBe(3);
  });

  it('rolls up and forgets on a disk that is nearly full, and so lets collection come back', async () => {
    await append(T0 - 3 * DAY, [cpu(aPod(), 1)]);
    await store.closeDays(T0 - 2 * DAY);
    await append(T0, [cpu(aPod(), 2)]);
    usedRatio = 0.95;
    await expect(append(T0 + MINUTE, [cpu(aPod(), 3)])).rejects.toMatchObject({ name: 'DiskNearlyFull' });
    expect(await store.rollUp(T0 - DAY)).toMatchObject([{ tier: '5m' }, { tier: '1h' }]);
    expect((await store.stats()).segments).toBe(1);
    expect(await store.dropBefore('raw', T0 - DAY)).toHaveLength(1);
    expect((await store.stats()).segments).toBe(0);
    usedRatio = 0.9499;
    await append(T0 + MINUTE, [cpu(aPod(), 3)]);
    expect((await range({ type: 'pod' }))[0]?.points.map(([, value]) => value)).toEqual([2, 3]);
  });

  it('writes nothing of a call of which one sample is wrong, and takes the next', async () => {
    const wrong = { object: aPod({ pod: 'wrong' }), sampledAtMs: T0, values: [1, 2] };
    await expect(append(T0, [cpu(aPod({ pod: 'first' }), 1), wrong])).rejects.toThrow(
      `A sample of pod has 2 values, the catalogue names ${String(metricsOf('pod').length)}`,
    );
    expect(await fixture.knows({ type: 'pod' })).toBe(false);
    await append(T0, [cpu(aPod({ pod: 'second' }), 1), cpu(aPod({ pod: 'first' }), 2)]);
    expect((await instant({ type: 'pod' })).map(({ object }) => object.pod)).toEqual(['first', 'second']);
  });

  it('shows a reader all samples of a scope or none while they are replaced', async () => {
    const pods = Array.from({ length: 50 }, (_, index) => aPod({ pod: `p${String(index)}` }));
    const write = (value: number) =>
      append(
        T0,
        pods.map((pod) => cpu(pod, value)),
      );
    await write(0);
    const progress = { isOver: false };
    const writing = (async () => {
      for (let value = 1; value <= 20; value += 1) await write(value);
      progress.isOver = true;
    })();
    while (!progress.isOver) {
      const values = (await instant({ type: 'pod' })).map(({ value }) => value);
      expect(values).toHaveLength(50);
      expect(new Set(values).size).toBe(1);
    }
    await writing;
  });

  it('counts what it keeps', async () => {
    expect(await store.stats()).toMatchObject({ rows: 0, newestCycleAtMs: undefined, lastAppendMs: undefined });
    await append(T0, [cpu(aPod(), 1), aSample(aPod({ resource: '/' }), { 'filesystem/usage': 1 })]);
    const stats = await store.stats();
    expect(stats).toMatchObject({ rows: 2, newestCycleAtMs: T0, openDays: 1, segments: 0 });
    expect(stats.lastAppendMs).toBeGreaterThan(0);
    expect(stats.bytesOnDisk).toBeGreaterThan(stats.walBytes);
  });

  it('refuses a store that a newer program wrote, and leaves it as it is', async () => {
    await store.close();
    const change = async (sql: string) => {
      const instance = await DuckDBInstance.create(join(folder, 'metrics.duckdb'));
      await (await instance.connect()).run(sql);
      instance.closeSync();
    };
    await change('INSERT INTO store_version VALUES (99)');
    await expect(DuckdbMetricStore.open({ folder })).rejects.toMatchObject({
      name: 'MetricStoreTooNew',
      foundVersion: 99,
    });
    await change('DELETE FROM store_version WHERE version = 99');
    store = await DuckdbMetricStore.open({ folder });
  });

  it('says so when it is asked after it was closed', async () => {
    await store.close();
    await expect(append(T0, [cpu(aPod(), 1)])).rejects.toThrow('The metric store is closed');
    await expect(range({ type: 'pod' })).rejects.toThrow('The metric store is closed');
    await store.close();
  });
});
