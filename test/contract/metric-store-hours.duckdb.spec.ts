import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { METRICS, metricIndex } from '../../src/metrics/core/metric-catalogue.js';
import { aFullSample, aNode, aPod, aSample } from '../support/samples.js';
import { cpu, DAY, MINUTE, StoreFixture, T0 } from './metric-store.fixture.js';

const HOUR = 60 * MINUTE;
const TOMORROW = Math.ceil(T0 / DAY) * DAY;
const CPU = metricIndex('pod', 'cpu/usage_rate');
const whole = { fromMs: T0 - DAY, toMs: T0 + 2 * DAY };

describe('DuckdbMetricStore whose finished hours are sorted', () => {
  const fixture = new StoreFixture();
  const { append, range, instant, newest, knows } = fixture;
  let folder: string;
  let store: DuckdbMetricStore;

  const open = async (catalogue = METRICS) => {
    store = await DuckdbMetricStore.open({ folder, catalogue });
    fixture.take({ writer: store.writer, reader: store.reader, close: () => store.close() });
  };
  const reopen = async (catalogue = METRICS) => {
    await store.close();
    await open(catalogue);
  };
  /** Object (a number of its own) and minute of each row of a table, in the table's order. */
  const rowsOf = async (table: string): Promise<(readonly [object: number, minute: number])[]> => {
    await store.close();
    const instance = await DuckDBInstance.create(join(folder, 'metrics.duckdb'), { access_mode: 'READ_ONLY' });
    const connection = await instance.connect();
    const result = await connection.runAndReadAll(`SELECT object_id, cycle_at::DOUBLE FROM ${table} ORDER BY rowid`);
    connection.closeSync();
    instance.closeSync();
    await open();
    return (result.getRowsJS() as [number, number][]).map(([id, at]) => [id, (at - T0) / MINUTE]);
  };
  const samples = (minute: number) => [
    aFullSample(aPod(), minute, T0),
    cpu(aPod({ pod: 'web-2' }), -minute),
    aFullSample(aPod({ resource: 'Volume:a' }), minute),
    aSample(aNode(), { 'cpu/node_capacity': 8000 }),
  ];
  const answers = async () => [
    await range({ type: 'pod' }, whole),
    await range({ type: 'pod' }, { ...whole, metric: 'filesystem/inodes_free', tier: 'raw' }),
    await instant({ type: 'pod' }, { order: 'valueDescending' }),
    await newest(['pod', 'node'], { atMs: T0 + 2 * HOUR, lookbackMs: 2 * HOUR }),
    await knows({ type: 'pod', pod: 'web-2' }),
    await knows({ type: 'pod', pod: 'web-3' }),
  ];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'metric-hours-'));
    await open();
    for (const minute of [30, 0, 61, 59, 90]) await append(T0 + minute * MINUTE, samples(minute));
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('moves the hours that are over, an object after the other, and answers as before', async () => {
    const before = await answers();
    expect(await store.sortHours(T0 + HOUR - 1)).toBe(0);
    expect(await store.sortHours(T0 + 2 * HOUR - 1)).toBe(12);
    expect(await answers()).toEqual(before);
    await reopen();
    expect(await answers()).toEqual(before);
    const [first = 0, second = 0] = (await rowsOf('pod_sorted_20260304_g1')).flatMap(([id], row) =>
      row % 3 ? [] : [id],
    );
    const ordered = [first, second].flatMap((id) => [0, 30, 59].map((minute) => [id, minute]));
    expect(await rowsOf('pod_sorted_20260304_g1')).toEqual(ordered);
    expect((await rowsOf('pod_20260304_g1')).map(([, minute]) => minute)).toEqual([61, 61, 90, 90]);
  });

  it('does nothing when it is asked again', async () => {
    await store.sortHours(T0 + 2 * HOUR);
    const before = await answers();
    expect(await store.sortHours(T0 + 2 * HOUR)).toBe(0);
    expect(await answers()).toEqual(before);
  });

  it('replaces a scope of a cycle in a sorted hour', async () => {
    await store.sortHours(T0 + 2 * HOUR);
    await append(T0 + 30 * MINUTE, [cpu(aPod(), 100)]);
    const expectReplaced = async () => {
      const series = await range({ type: 'pod' }, { aggregation: 'sum' });
      expect(series.map(({ points }) => points.map(([, value]) => value))).toEqual([
        [CPU, 100, 59 + CPU],
        [0, -59],
      ]);
    };
    await expectReplaced();
    expect(await store.sortHours(T0 + 2 * HOUR)).toBe(1);
    await expectReplaced();
    await reopen();
    await append(T0 + 30 * MINUTE, [cpu(aPod(), 100)]);
    await expectReplaced();
    await store.closeDays(TOMORROW);
    await expectReplaced();
  });

  it('takes late samples of a sorted hour, and moves them the next time', async () => {
    await store.sortHours(T0 + 2 * HOUR);
    await append(T0 + 45 * MINUTE, samples(45));
    const before = await answers();
    expect((await range({ type: 'pod', pod: 'web-1' }))[0]?.points).toHaveLength(4);
    expect(await store.sortHours(T0 + 2 * HOUR)).toBe(4);
    expect(await answers()).toEqual(before);
  });

  it('closes a day of which some hours are sorted', async () => {
    await store.sortHours(T0 + HOUR);
    const before = await answers();
    expect(await store.closeDays(TOMORROW)).toEqual([{ dayMs: TOMORROW - DAY, rows: 20, bytes: expect.any(Number) }]);
    expect(await answers()).toEqual(before);
    expect(await store.stats()).toMatchObject({ openDays: 0, rows: 20 });
  });

  it('rolls up what is sorted and what is not', async () => {
    await store.sortHours(T0 + HOUR);
    await store.rollUp(T0 + 2 * HOUR);
    const query = { ...whole, tier: '1h', stepMs: 2 * HOUR, originMs: T0, aggregation: 'count' } as const;
    expect((await range({ type: 'pod', pod: 'web-1' }, query))[0]?.points).toEqual([[T0, 5]]);
  });

  it('loses nothing that is appended or replaced while it runs', async () => {
    const sorting = store.sortHours(T0 + 2 * HOUR);
    const appends = [0, 5, 6, 7].map((minute) => append(T0 + minute * MINUTE, [cpu(aPod(), 50 + minute)]));
    const points = async () => {
      const [series] = await range({ type: 'pod', pod: 'web-2' }, { ...whole, aggregation: 'last' });
      return series?.points.length;
    };
    const reads = Array.from({ length: 20 }, () => Promise.all([points(), knows({ type: 'pod', pod: 'web-2' })]));
    await Promise.all([sorting, ...appends]);
    for (const [count, isKnown] of await Promise.all(reads)) {
      expect([4, 5]).toContain(count);
      expect(isKnown).toBe(true);
    }
    await store.sortHours(T0 + 2 * HOUR);
    const [series] = await range({ type: 'pod', pod: 'web-1' }, { aggregation: 'sum' });
    expect(series?.points.map(([, value]) => value)).toEqual([50, 55, 56, 57, 30 + CPU, 59 + CPU]);
  });

  it('gets a column when the catalogue grows in the middle of a day', async () => {
    await store.closeDays(TOMORROW);
    const older = METRICS.filter((metric) => metric.name !== 'cpu/usage_rate');
    const withoutRate = { object: aPod(), sampledAtMs: undefined, values: aFullSample(aPod(), 1).values.slice(1) };
    await reopen(older);
    await append(T0 + DAY, [withoutRate]);
    await store.sortHours(T0 + 2 * DAY);
    await reopen();
    await append(T0 + DAY + MINUTE, [cpu(aPod(), 7)]);
    await store.sortHours(T0 + 2 * DAY);
    expect((await range({ type: 'pod' }, { ...whole, fromMs: T0 + DAY }))[0]?.points).toEqual([[T0 + DAY + MINUTE, 7]]);
  });
});
