import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { findMetric } from '../../metrics/core/metric-catalogue.js';
import { rollAgainQuery, rollRawQuery } from './roll-up-query.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T0 = Date.UTC(2026, 2, 4, 10);
const TO = T0 + 2 * HOUR;
const GAUGE = 'memory/usage';
const RATE = 'cpu/usage_rate';
const COUNTER = 'memory/page_faults';
const CONSTANT = 'cpu/request';
const METRICS = [GAUGE, RATE, COUNTER, CONSTANT].flatMap((name) => findMetric(name) ?? []);

interface Row {
  readonly object: number;
  readonly atMs: number;
  readonly gauge: number | null;
  readonly rate: number | null;
  readonly counter: number | null;
}
type Rolled = Readonly<Record<string, number | null>>;

const whole = fc.option(fc.integer({ min: 0, max: 2 ** 40 }), { freq: 5 });
const samples = fc.uniqueArray(
  fc.record({
    object: fc.integer({ min: 1, max: 3 }),
    atMs: fc.integer({ min: -10, max: 119 }).map((minute) => T0 + minute * MINUTE),
    gauge: whole,
    rate: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { freq: 5 }),
    counter: fc.option(fc.integer({ min: 0, max: 2 ** 20 }), { freq: 5 }),
  }),
  { selector: ({ object, atMs }) => `${String(object)} ${String(atMs)}`, maxLength: 150 },
);

describe('rolling up', () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;

  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:', { threads: '2' });
    connection = await instance.connect();
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  const sourceOf = (rows: readonly Row[]): string => {
    const tuple = ({ object, atMs, gauge, rate, counter }: Row) =>
      `(${[object, `${String(atMs)}::BIGINT`, gauge, rate, counter, object * 100].map((value) => value ?? 'NULL').join(', ')})`;
    const nothing = '(0, 0::BIGINT, 0, 0, 0, 0)';
    return `SELECT object_id, cycle_at, ${METRICS.map(({ name }, place) => `v${String(place)}::DOUBLE AS "${name}"`).join(', ')}
      FROM (VALUES ${[nothing, ...rows.map(tuple)].join(', ')}) x(object_id, cycle_at, v0, v1, v2, v3) WHERE object_id > 0`;
  };
  const ask = async (query: string): Promise<Rolled[]> => {
    const result = await connection.runAndReadAll(`SELECT * FROM (${query}) ORDER BY object_id, cycle_at`);
    return result
      .getRowObjectsJson()
      .map((row) =>
        Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value === null ? null : Number(value)])),
      );
  };
  const rollRaw = (rows: readonly Row[], tier: '5m' | '1h', fromMs = T0, toMs = TO) =>
    ask(rollRawQuery(sourceOf(rows), METRICS, { tier, fromMs, toMs }));

  it('keeps count, sum, min, max, last and increase', async () => {
    await fc.assert(
      fc.asyncProperty(samples, async (rows) => {
        for (const row of await rollRaw(rows, '5m')) expectRow(row, rows, 5 * MINUTE);
        const rolled = await rollRaw(rows, '5m');
        const inSpan = rows.filter(({ atMs }) => atMs >= T0);
        expect(rolled.reduce((total, row) => total + (row['rows'] ?? 0), 0)).toBe(inSpan.length);
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same whatever the order of the samples', async () => {
    const shuffled = samples.chain((rows) =>
      fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([rows, again]) => {
        expect(await rollRaw(again, '5m')).toEqual(await rollRaw(rows, '5m'));
      }),
      { numRuns: 20 },
    );
  });

  it('gives the same in pieces as at once, each piece seeing ten minutes before it', async () => {
    await fc.assert(
      fc.asyncProperty(samples, fc.integer({ min: 1, max: 23 }), async (rows, buckets) => {
        const cutMs = T0 + buckets * 5 * MINUTE;
        const seen = (fromMs: number, toMs: number) =>
          rows.filter(({ atMs }) => atMs >= fromMs - 10 * MINUTE && atMs < toMs);
        const pieces = [
          ...(await rollRaw(seen(T0, cutMs), '5m', T0, cutMs)),
          ...(await rollRaw(seen(cutMs, TO), '5m', cutMs, TO)),
        ];
        const key = (row: Rolled) => (row['object_id'] ?? 0) * 1e14 + (row['cycle_at'] ?? 0);
        expect(pieces.sort((a, b) => key(a) - key(b))).toEqual(await rollRaw(rows, '5m'));
      }),
      { numRuns: 20 },
    );
  });

  it('makes the same hours from rows of five minutes as from samples', async () => {
    await fc.assert(
      fc.asyncProperty(samples, async (rows) => {
        const fine = rollRawQuery(sourceOf(rows), METRICS, { tier: '5m', fromMs: T0, toMs: TO });
        const hours = await ask(rollAgainQuery(fine, METRICS, { tier: '1h', fromMs: T0, toMs: TO }));
        expect(hours).toEqual(await rollRaw(rows, '1h'));
        for (const row of hours) expectRow(row, rows, HOUR);
      }),
      { numRuns: 40 },
    );
  });
});

/** Computes a row anew, in the plainest way. */
function expectRow(row: Rolled, all: readonly Row[], widthMs: number): void {
  const atMs = row['cycle_at'] ?? 0;
  const mine = all.filter(({ object }) => object === row['object_id']).sort((a, b) => a.atMs - b.atMs);
  const inside = mine.filter((sample) => sample.atMs >= atMs && sample.atMs < atMs + widthMs);
  expect(row['rows']).toBe(inside.length);
  expectGauge(row, GAUGE, inside.map(({ gauge }) => gauge)); // prettier-ignore
  expectGauge(row, RATE, inside.map(({ rate }) => rate === null ? null : Math.round(rate * 128) / 128)); // prettier-ignore
  const counted = mine.filter(({ counter }) => counter !== null);
  let increase: number | null = null;
  for (const [place, { atMs: nowMs, counter }] of counted.entries()) {
    const before = counted[place - 1];
    if (!before || nowMs < atMs || nowMs >= atMs + widthMs || nowMs - before.atMs > 10 * MINUTE) continue;
    const [now, then] = [counter ?? 0, before.counter ?? 0];
    increase = (increase ?? 0) + (now >= then ? now - then : now);
  }
  expect(row[`${COUNTER}#increase`]).toBe(increase);
  expect(row[COUNTER]).toBe(inside.filter(({ counter }) => counter !== null).at(-1)?.counter ?? null);
  expect(row[CONSTANT]).toBe((row['object_id'] ?? 0) * 100);
}

function expectGauge(row: Rolled, name: string, values: readonly (number | null)[]): void {
  const known = values.filter((value) => value !== null);
  expect(row[`${name}#n`]).toBe(known.length === values.length ? null : known.length);
  expect(row[`${name}#sum`]).toBe(known.length > 0 ? known.reduce((sum, value) => sum + value, 0) : null);
  expect(row[`${name}#min`]).toBe(known.length > 0 ? Math.min(...known) : null);
  expect(row[`${name}#max`]).toBe(known.length > 0 ? Math.max(...known) : null);
}
