import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import type { Aggregation, RangeQuery } from '../../src/metrics/metric-store.port.js';
import { aPod, aSample } from '../support/samples.js';
import { DAY, MINUTE, StoreFixture, T0 } from './metric-store.fixture.js';

const HOUR_MS = 60 * MINUTE;
const DAY_MS = Math.floor(T0 / DAY) * DAY;

/** A row of a rolled-up part: of `cpu/usage_rate` (gauge), `network/rx` (counter) and `cpu/limit` (constant). */
interface RolledRow {
  readonly atMs: number;
  readonly rows: number;
  /** min, max, sum, and how many of the rows had a value. */
  readonly cpu: readonly [number | null, number | null, number | null, number | null];
  readonly rx: readonly [last: number | null, increase: number | null];
  readonly limit: number | null;
}

/** Three hours: two that are rolled up to the hour, ten minutes of the third to five, the rest raw. Pod `old` is in the hours alone. */
describe('DuckdbMetricStore with rolled-up parts', () => {
  const fixture = new StoreFixture();
  const { append, range, groups, pages, knows } = fixture;
  let folder: string;
  let store: DuckdbMetricStore;

  const open = async () => {
    store = await DuckdbMetricStore.open({ folder });
    fixture.take({ writer: store.writer, reader: store.reader, close: () => store.close() });
  };

  /** Changes the closed store by SQL. */
  const change = async (...statements: readonly string[]) => {
    await store.close();
    const instance = await DuckDBInstance.create(join(folder, 'metrics.duckdb'));
    const connection = await instance.connect();
    for (const statement of statements) await connection.run(statement);
    connection.closeSync();
    instance.closeSync();
    await open();
  };

  const addPart = (tier: '5m' | '1h', untilMs: number, rows: readonly (readonly [pod: string, RolledRow])[]) => {
    const file = `pod_${tier}_20260304_g1.parquet`;
    const values = rows.map(
      ([pod, { atMs, rows, cpu, rx, limit }]) =>
        `('${pod}', ${[atMs, rows, ...cpu, ...rx, limit].map((value) => String(value ?? 'NULL')).join(', ')})`,
    );
    return change(
      `COPY (SELECT bucket_at::BIGINT AS cycle_at, o.id AS object_id, n_rows::UINTEGER AS "rows",
               low::DECIMAL(18,6) AS "cpu/usage_rate#min", high::DECIMAL(18,6) AS "cpu/usage_rate#max",
               total::DECIMAL(18,6) AS "cpu/usage_rate#sum", n::UINTEGER AS "cpu/usage_rate#n",
               rx::BIGINT AS "network/rx", increase::BIGINT AS "network/rx#increase", cpu_limit::DOUBLE AS "cpu/limit"
             FROM (VALUES ${values.join(', ')}) t(pod, bucket_at, n_rows, low, high, total, n, rx, increase, cpu_limit)
             JOIN objects o ON o.pod = t.pod AND o.type = 'pod' ORDER BY object_id, cycle_at)
       TO '${join(folder, 'segments', file)}' (FORMAT parquet)`,
      `INSERT INTO segments (kind, day, generation, file, metrics, row_count, bytes, tier)
       SELECT 'pod', ${String(DAY_MS)}, 1, '${file}', ['cpu/usage_rate', 'network/rx', 'cpu/limit'], ${String(rows.length)}, size, '${tier}'
       FROM read_blob('${join(folder, 'segments', file)}')`,
      `INSERT INTO rolled_up VALUES ('${tier}', 'pod', ${String(untilMs)})`,
    );
  };

  const raw = (pod: string, minute: number, cpu: number, rx: number) =>
    append(T0 + minute * MINUTE, [
      aSample(aPod({ pod }), { 'cpu/usage_rate': cpu, 'network/rx': rx, 'cpu/limit': 2000 }),
    ]);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'metric-tiers-'));
    await open();
    await raw('old', -30, 555, 555);
    await raw('web-1', 8, 777, 880);
    await raw('web-1', 9, 777, 900);
    await raw('web-1', 10, 10, 960);
    await raw('web-1', 11, 20, 1080);
    const rolled: RolledRow = { atMs: T0, rows: 5, cpu: [1, 9, 20, null], rx: [500, 300], limit: 1000 };
    await addPart('5m', T0 + 10 * MINUTE, [
      ['old', { ...rolled, atMs: T0 - 30 * MINUTE, cpu: [555, 555, 2775, null] }],
      ['web-1', rolled],
      ['web-1', { ...rolled, atMs: T0 + 5 * MINUTE, cpu: [2, 4, 6, 2], rx: [900, 400], limit: 2000 }],
      ['web-1', { ...rolled, atMs: T0 + 10 * MINUTE, cpu: [888, 888, 888, null], rx: [888, 888] }],
    ]);
    await addPart('1h', T0, [
      ['old', { ...rolled, atMs: T0 - 2 * HOUR_MS, rows: 60, cpu: [5, 50, 600, null], rx: [70, null] }],
      ['old', { ...rolled, atMs: T0 - HOUR_MS, rows: 60, cpu: [null, null, null, 0], rx: [null, null], limit: null }],
      ['web-1', { ...rolled, atMs: T0 - HOUR_MS, rows: 40, cpu: [3, 8, 200, null], rx: [200, 150], limit: 500 }],
    ]);
    await change("DELETE FROM pod_20260304_g1 WHERE object_id = (SELECT id FROM objects WHERE pod = 'old')");
  });
  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  const point = async (metric: string, aggregation: Aggregation, over: Partial<RangeQuery> = {}) => {
    const query = { metric, aggregation, tier: '5m', stepMs: HOUR_MS, originMs: T0, ...over } as const;
    return (await range({ type: 'pod', pod: 'web-1' }, query))[0]?.points[0]?.[1];
  };

  it.each<[string, Aggregation, number]>([
    ['cpu/usage_rate', 'avg', 56 / 9],
    ['cpu/usage_rate', 'min', 1],
    ['cpu/usage_rate', 'max', 20],
    ['cpu/usage_rate', 'sum', 56],
    ['cpu/usage_rate', 'count', 9],
    ['cpu/usage_rate', 'last', 20],
    ['cpu/usage_rate', 'p50', 7],
    ['cpu/usage_rate', 'p90', 17],
    ['network/rx', 'increase', 880],
    ['network/rx', 'rate', 880 / 3600],
    ['network/rx', 'last', 1080],
    ['network/rx', 'max', 1080],
    ['cpu/limit', 'last', 2000],
    ['cpu/limit', 'avg', 19_000 / 12],
    ['cpu/limit', 'count', 12],
  ])('makes points of rolled-up rows and of the raw ones after them: %s %s', async (metric, aggregation, expected) => {
    expect(await point(metric, aggregation)).toBeCloseTo(expected, 9);
  });

  it.each<[string, Aggregation, number]>([
    ['cpu/usage_rate', 'last', 3],
    ['cpu/usage_rate', 'avg', 26 / 7],
    ['cpu/usage_rate', 'p50', 3.5],
    ['network/rx', 'increase', 700],
    ['network/rx', 'last', 900],
  ])('makes points of rolled-up rows alone: %s %s', async (metric, aggregation, expected) => {
    expect(await point(metric, aggregation, { toMs: T0 + 10 * MINUTE })).toBeCloseTo(expected, 9);
  });

  it.each([
    ['at the end of what is rolled up', 10, 180],
    ['a minute later', 11, 120],
    ['a minute earlier', 9, 180],
  ])('counts the increase of a range that begins %s from the raw sample before', async (_, minute, expected) => {
    expect(await point('network/rx', 'increase', { fromMs: T0 + minute * MINUTE })).toBe(expected);
  });

  it('goes on with the finer tier, and then with raw samples, where a tier ends', async () => {
    const over = { tier: '1h', fromMs: T0 - 2 * HOUR_MS, stepMs: HOUR_MS, originMs: T0 } as const;
    expect(await range({ type: 'pod' }, { ...over, aggregation: 'sum' })).toEqual([
      { object: aPod({ pod: 'old' }), points: [[T0 - 2 * HOUR_MS, 600]] },
      {
        object: aPod(),
        points: [
          [T0 - HOUR_MS, 200],
          [T0, 56],
        ],
      },
    ]);
    expect(await range({ type: 'pod' }, { ...over, metric: 'network/rx', aggregation: 'increase' })).toEqual([
      {
        object: aPod(),
        points: [
          [T0 - HOUR_MS, 150],
          [T0, 880],
        ],
      },
    ]);
  });

  it('reads raw samples alone when no tier is asked for', async () => {
    expect(await point('cpu/usage_rate', 'avg', { tier: 'raw' })).toBe((777 + 777 + 10 + 20) / 4);
    expect(await point('cpu/usage_rate', 'count', { tier: 'raw' })).toBe(4);
  });

  it('puts objects together over tiers, and gives pages of them', async () => {
    const over = { tier: '1h', fromMs: T0 - 2 * HOUR_MS, stepMs: 4 * HOUR_MS, originMs: T0 - 2 * HOUR_MS } as const;
    const query = { ...over, aggregation: 'max' } as const;
    expect(await groups({ type: 'pod' }, query)).toEqual([
      { group: 'prod', objects: 2, points: [[T0 - 2 * HOUR_MS, 70]] },
    ]);
    expect(await pages({ type: 'pod' }, query)).toEqual(await range({ type: 'pod' }, query));
  });

  it('says what each tier holds, and knows an object by a rolled-up row alone', async () => {
    expect(await store.reader.tiers()).toEqual([
      { name: 'raw', oldestMs: T0 + 8 * MINUTE },
      { name: '5m', resolutionMs: 5 * MINUTE, oldestMs: T0 - 30 * MINUTE },
      { name: '1h', resolutionMs: HOUR_MS, oldestMs: T0 - 2 * HOUR_MS },
    ]);
    expect(await knows({ type: 'pod', pod: 'old' })).toBe(true);
  });
});
