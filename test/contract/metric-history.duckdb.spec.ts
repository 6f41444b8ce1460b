import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { mkdir, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { METRICS } from '../../src/metrics/core/metric-catalogue.js';
import { aNode, aPod, aSample } from '../support/samples.js';
import { rolledRows } from '../support/rolled-rows.js';
import { DAY, MINUTE, StoreFixture, T0 } from './metric-store.fixture.js';

const HOUR = 60 * MINUTE;
/** Nanoseconds of a counter are kept in such steps. */
const STEP = 2 ** 14;
const MIDNIGHT = Math.ceil(T0 / DAY) * DAY;

describe('the history of DuckdbMetricStore', () => {
  const fixture = new StoreFixture();
  const { append, range } = fixture;
  let folder: string;
  let store: DuckdbMetricStore;

  const open = async (catalogue = METRICS): Promise<void> => {
    store = await DuckdbMetricStore.open({ folder, catalogue });
    fixture.take({ writer: store.writer, reader: store.reader, close: () => store.close() });
  };
  const write = (minute: number, values: Readonly<Record<string, number>>): Promise<void> =>
    append(T0 + minute * MINUTE, [aSample(aPod(), values)]);
  const rows = (tier: '5m' | '1h', kind = 'pod') => rolledRows(folder, kind, tier);
  const files = async () => (await readdir(join(folder, 'segments'))).sort();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'metric-history-'));
    await open();
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  describe('rolling up', () => {
    it('keeps of a gauge min, max, sum and how many, of a counter last and increase, of a constant the last', async () => {
      const cpu = [1.5, 4, 2.001, Number.NaN, 3]; // a 128th is kept
      const usage = [1000, 1600, 100, 300, 350].map((value) => value * STEP); // it went back: counted from zero
      for (const [minute, value] of cpu.entries()) {
        const at = { 'cpu/usage_rate': value, 'cpu/usage': usage[minute] ?? 0, 'cpu/request': 100 + minute };
        await write(minute, { ...at, 'memory/usage': 4096 * minute });
      }
      await write(5, { 'cpu/usage': 400 * STEP });
      await store.rollUp(T0 + 10 * MINUTE);
      const [first, second, ...others] = await rows('5m');
      expect(others).toEqual([]);
      expect(first).toMatchObject({
        cycle_at: T0,
        object_id: 1,
        rows: 5,
        'cpu/usage_rate#min': 1.5,
        'cpu/usage_rate#max': 4,
        'cpu/usage_rate#sum': 10.5,
        'cpu/usage_rate#n': 4,
        'cpu/usage': 350 * STEP,
        'cpu/usage#increase': (600 + 100 + 200 + 50) * STEP,
        'cpu/request': 104,
        'memory/usage#min': 0,
        'memory/usage#max': 16384,
        'memory/usage#sum': 40960,
        'memory/usage#n': null,
      });
      expect(second).toMatchObject({ cycle_at: T0 + 5 * MINUTE, rows: 1, 'cpu/usage#increase': 50 * STEP });
      expect(second).toMatchObject({ 'memory/usage#sum': null, 'memory/usage#n': 0, 'cpu/request': null });
    });

    it('rolls up whole buckets that ended, and hours from them; the rest when it has ended', async () => {
      for (let minute = 0; minute < 70; minute += 1) await write(minute, { 'memory/usage': minute });
      await store.rollUp(T0 + 10 * MINUTE - 1);
      expect((await rows('5m')).map(({ cycle_at }) => cycle_at)).toEqual([T0]);
      expect((await store.stats()).rolledUpUntilMs).toEqual({ '5m': T0 + 5 * MINUTE, '1h': T0 });
      await store.rollUp(T0 + 10 * MINUTE);
      expect(await rows('5m')).toHaveLength(2);
      expect(await rows('1h')).toEqual([]);
      await store.rollUp(T0 + 65 * MINUTE);
      expect(await rows('5m')).toHaveLength(13);
      expect(await rows('1h')).toEqual([
        expect.objectContaining({ cycle_at: T0, rows: 60, 'memory/usage#sum': 1770, 'memory/usage#max': 59 }),
      ]);
      expect(await files()).toEqual(['pod_1h_20260304_g1.parquet', 'pod_5m_20260304_g3.parquet']);
      expect(await store.rollUp(T0 + 65 * MINUTE)).toEqual([]);
    });

    it('counts an increase from the bucket, and the day, before; not over more than ten minutes', async () => {
      const at = (ms: number, value: number) => append(ms, [aSample(aPod(), { 'memory/page_faults': value })]);
      await at(MIDNIGHT - MINUTE, 10);
      await at(MIDNIGHT, 17);
      await at(MIDNIGHT + 10 * MINUTE, 20);
      await at(MIDNIGHT + 20 * MINUTE + 1, 30);
      await store.rollUp(MIDNIGHT - 2 * MINUTE);
      await store.closeDays(MIDNIGHT);
      await store.rollUp(MIDNIGHT + HOUR);
      expect((await rows('5m')).map((row) => row['memory/page_faults#increase'])).toEqual([null, 7, 3, null]);
      expect((await rows('1h')).map((row) => [row['memory/page_faults'], row['memory/page_faults#increase']])).toEqual([
        [10, null],
        [30, 10],
      ]);
    });

    it('makes buckets again for which samples come late, or again, and no others', async () => {
      for (let minute = 0; minute < 120; minute += 1) await write(minute, { 'memory/usage': 1 });
      await store.rollUp(T0 + 120 * MINUTE);
      await write(62, { 'memory/usage': 100 });
      expect((await store.stats()).rolledUpUntilMs).toEqual({ '5m': T0 + HOUR, '1h': T0 + HOUR });
      expect(await store.rollUp(T0 + 120 * MINUTE)).toMatchObject([{ tier: '5m' }, { tier: '1h' }]);
      expect((await rows('5m')).map((row) => row['memory/usage#sum'])).toEqual(
        Array.from({ length: 24 }, (_, index) => (index === 12 ? 104 : 5)),
      );
      expect((await rows('1h')).map((row) => row['memory/usage#sum'])).toEqual([60, 159]);
    });

    it('comes to the same whatever the order and the repetition of samples, and roll-ups in between', async () => {
      const minute = fc.integer({ min: 0, max: 74 });
      const event = fc.oneof(
        { weight: 6, arbitrary: minute },
        { weight: 1, arbitrary: fc.constant('roll up' as const) },
      );
      let day = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 25 }), async (events) => {
          const startMs = T0 + day * DAY; // a day of its own for each run
          day += 1;
          const newest = new Map<number, number>();
          for (const [value, at] of events.entries()) {
            if (at === 'roll up') await store.rollUp(startMs + 2 * HOUR);
            else {
              await append(startMs + at * MINUTE, [aSample(aPod(), { 'memory/usage': value })]);
              newest.set(at, value);
            }
          }
          await store.rollUp(startMs + 2 * HOUR);
          for (const [tier, width] of [
            ['5m', 5],
            ['1h', 60],
          ] as const) {
            const sums = new Map<number, number>();
            for (const [at, value] of newest) {
              const bucketMs = startMs + (at - (at % width)) * MINUTE;
              sums.set(bucketMs, (sums.get(bucketMs) ?? 0) + value);
            }
            const made = (await rows(tier)).filter(({ cycle_at }) => Number(cycle_at) >= startMs);
            const expected = [...sums].sort(([a], [b]) => a - b);
            expect(made.map((row) => [row['cycle_at'], row['memory/usage#sum']])).toEqual(expected);
          }
        }),
        { numRuns: 4 },
      );
    });

    it('takes samples that come while it runs', async () => {
      for (let minute = 0; minute < 60; minute += 1) await write(minute, { 'memory/usage': 1 });
      const rolling = store.rollUp(T0 + HOUR);
      await Promise.all([7, 23, 59].map((minute) => write(minute, { 'memory/usage': 11 })));
      await rolling;
      await store.rollUp(T0 + HOUR);
      expect((await rows('1h')).map((row) => row['memory/usage#sum'])).toEqual([90]);
      expect((await store.stats()).rolledUpUntilMs).toEqual({ '5m': T0 + HOUR, '1h': T0 + HOUR });
    });

    it('rolls up closed days, with what came after they were closed', async () => {
      for (let minute = 0; minute < 10; minute += 1) await write(minute, { 'memory/usage': minute });
      await append(T0, [aSample(aNode(), { 'cpu/usage_rate': 0.5 })], '');
      await store.closeDays(MIDNIGHT);
      await write(3, { 'memory/usage': 1000 });
      await store.rollUp(MIDNIGHT + HOUR);
      expect((await rows('5m')).map((row) => row['memory/usage#sum'])).toEqual([1007, 35]);
      expect(await rows('1h', 'node')).toEqual([expect.objectContaining({ rows: 1, 'cpu/usage_rate#sum': 0.5 })]);
    });

    it('keeps the rows of a metric that came later apart from those that never had it', async () => {
      await write(0, { 'memory/usage': 1 });
      await store.rollUp(T0 + 5 * MINUTE);
      await write(5, { 'memory/usage': 2, 'swap/usage': 7 });
      await store.rollUp(T0 + HOUR);
      expect((await rows('5m')).map((row) => [row['swap/usage#sum'], row['swap/usage#n']])).toEqual([
        [null, 0],
        [7, null],
      ]);
      expect(await rows('1h')).toEqual([expect.objectContaining({ 'swap/usage#sum': 7, 'swap/usage#n': 1 })]);
    });

    it('goes on with a day that has a counter which the catalogue no longer has', async () => {
      for (const minute of [0, 1, 65]) await write(minute, { 'memory/usage': 1, 'memory/page_faults': minute });
      await store.rollUp(T0 + HOUR);
      await store.close();
      await open(METRICS.filter(({ name }) => name !== 'memory/page_faults'));
      await store.rollUp(T0 + 2 * HOUR);
      expect((await rows('1h')).map((row) => row['memory/usage#sum'])).toEqual([2, 1]);
    });

    it("writes the catalogue's copy at the next look when it could not be written", async () => {
      await write(0, { 'memory/usage': 1 });
      const inTheWay = join(folder, 'catalogue.duckdb.tmp');
      await mkdir(inTheWay);
      await store.rollUp(T0 + HOUR);
      expect(await readdir(folder)).not.toContain('catalogue.duckdb');
      await rmdir(inTheWay);
      await store.lookForDamage();
      expect(await readdir(folder)).toContain('catalogue.duckdb');
    });

    it('goes on after the program was ended in the middle', async () => {
      for (let minute = 0; minute < 60; minute += 1) await write(minute, { 'memory/usage': 1 });
      const rolling = store.rollUp(T0 + HOUR).catch((error: unknown) => error);
      await store.close();
      await rolling;
      await open();
      await store.rollUp(T0 + HOUR);
      expect((await rows('1h')).map((row) => row['memory/usage#sum'])).toEqual([60]);
    });

    it('lets readers of raw samples see what they saw', async () => {
      for (let minute = 0; minute < 60; minute += 1) await write(minute, { 'cpu/usage_rate': minute / 7 });
      const before = await range({ type: 'pod' });
      await store.rollUp(T0 + HOUR);
      expect(await range({ type: 'pod' })).toEqual(before);
    });
  });

  describe('retention', () => {
    beforeEach(async () => {
      for (const day of [0, 1, 2]) await append(T0 + day * DAY, [aSample(aPod(), { 'memory/usage': day })]);
    });

    it('never drops a day that the coarser tier does not have', async () => {
      expect(await store.dropBefore('raw', MIDNIGHT + 2 * DAY)).toEqual([]);
      await store.rollUp(MIDNIGHT);
      expect(await store.dropBefore('raw', MIDNIGHT + 2 * DAY)).toEqual([MIDNIGHT - DAY]);
      await store.rollUp(MIDNIGHT + DAY);
      await append(T0 + DAY, [aSample(aPod(), { 'memory/usage': 9 })]); // late: to be rolled up again
      expect(await store.dropBefore('raw', MIDNIGHT + 2 * DAY)).toEqual([]);
      await store.rollUp(MIDNIGHT + DAY);
      expect(await store.dropBefore('raw', MIDNIGHT + 2 * DAY)).toEqual([MIDNIGHT]);
      expect((await rows('1h')).map((row) => row['memory/usage#sum'])).toEqual([0, 9]);
    });

    it('drops each tier by itself, and an object with the last tier that has seen it', async () => {
      await append(T0, [aSample(aPod({ pod: 'old' }), { 'memory/usage': 1 })], 'other');
      await store.rollUp(MIDNIGHT + 2 * DAY);
      await store.dropBefore('raw', MIDNIGHT);
      await store.dropBefore('5m', MIDNIGHT);
      expect(await files()).toEqual(expect.arrayContaining(['pod_1h_20260304_g1.parquet']));
      expect(await files()).toHaveLength(5);
      expect(await fixture.knows({ type: 'pod', pod: 'old' })).toBe(true);
      await store.dropBefore('1h', MIDNIGHT);
      expect(await fixture.knows({ type: 'pod', pod: 'old' })).toBe(false);
      expect(await fixture.knows({ type: 'pod', pod: 'web-1' })).toBe(true);
    });

    it('leaves rolled-up rows alone when a sample comes for a day whose raw samples are gone', async () => {
      await store.rollUp(MIDNIGHT + 2 * DAY);
      await store.dropBefore('raw', MIDNIGHT);
      await append(T0, [aSample(aPod(), { 'memory/usage': 5 })]);
      await append(T0 + MINUTE, [aSample(aPod(), { 'memory/usage': 5 })]);
      expect(await store.rollUp(MIDNIGHT + 2 * DAY)).toEqual([]);
      expect((await rows('1h')).map((row) => row['memory/usage#sum'])).toEqual([0, 1, 2]);
      expect(await store.dropBefore('raw', MIDNIGHT)).toEqual([MIDNIGHT - DAY]);
    });

    it('drops nothing when it is small enough, and of what is too much raw days first, the newest never', async () => {
      await store.rollUp(MIDNIGHT + DAY);
      const byteLess = async () => store.shrinkTo((await store.stats()).bytesOnDisk - 1);
      expect(await store.shrinkTo((await store.stats()).bytesOnDisk)).toBe(0);
      expect(await byteLess()).toBeGreaterThan(0);
      while ((await byteLess()) > 0);
      expect(await files()).toEqual([]);
      expect(
        (await range({ type: 'pod' }, { metric: 'memory/usage', fromMs: 0, toMs: T0 + 9 * DAY }))[0]?.points,
      ).toEqual([[T0 + 2 * DAY, 2]]);
    });

    it('keeps what no coarser tier has when the store is too large even without it', async () => {
      await store.rollUp(MIDNIGHT + DAY);
      await store.closeDays(MIDNIGHT + DAY);
      expect(await store.shrinkTo(1)).toBeGreaterThan(0);
      expect(await files()).toEqual(['pod_1h_20260304_g1.parquet', 'pod_1h_20260305_g1.parquet']);
    });
  });
});
