import { describe, expect, it } from '@jest/globals';
import { type Aggregation, RATE_LOOKBACK_MS } from '../../src/metrics/metric-store.port.js';
import { aPod, aSample } from '../support/samples.js';
import { cpu, DAY, MINUTE, T0, type StoreFixture } from './metric-store.fixture.js';

/** How samples become points. */
export function describeAggregations(at: StoreFixture): void {
  const { append, range } = at;

  describe('aggregations', () => {
    /** Of the first step [1, 4, 7, 10, 18], of the second [2, 5]. */
    it.each<[Aggregation, number, number]>([
      ['avg', 8, 3.5],
      ['min', 1, 2],
      ['max', 18, 5],
      ['sum', 40, 7],
      ['count', 5, 2],
      ['last', 18, 2],
      ['p50', 7, 3.5],
      ['p90', 14.8, 4.7],
      ['p95', 16.4, 4.85],
      ['p99', 17.68, 4.97],
    ])('makes the samples of a step one point: %s', async (aggregation, first, second) => {
      for (const [minute, value] of [4, 10, 7, 1, 18, 5, 2].entries()) {
        await append(T0 + minute * MINUTE, [cpu(aPod(), value)]);
      }
      const [series] = await range({ type: 'pod' }, { aggregation, stepMs: 5 * MINUTE });
      expect(series?.points).toEqual([
        [T0, expect.closeTo(first, 9)],
        [T0 + 5 * MINUTE, expect.closeTo(second, 9)],
      ]);
    });

    it.each<[Aggregation, number]>([
      ['avg', 3],
      ['count', 1],
      ['last', 3],
      ['p50', 3],
      ['p99', 3],
    ])('takes a single sample, and neither unknown values nor those of others: %s', async (aggregation, expected) => {
      await append(T0, [cpu(aPod(), 3), cpu(aPod({ pod: 'web-2' }), 8)]);
      await append(T0 + MINUTE, [aSample(aPod(), { 'memory/usage': 1 }), cpu(aPod({ pod: 'web-2' }), 8)]);
      const [series] = await range({ type: 'pod' }, { aggregation, stepMs: 5 * MINUTE });
      expect(series?.points).toEqual([[T0, expected]]);
    });
  });

  describe('rate and increase', () => {
    /** Minute by minute, from `minutes[0]` on; undefined: the counter is unknown then. */
    const count = async (values: Readonly<Record<number, number | undefined>>, pod = aPod()): Promise<void> => {
      for (const [minute, value] of Object.entries(values)) {
        const known = value === undefined ? { 'memory/usage': 1 } : { 'network/rx': value };
        await append(T0 + Number(minute) * MINUTE, [aSample(pod, known)]);
      }
    };
    const points = async (aggregation: Aggregation, over: Parameters<typeof range>[1] = {}) => {
      const [series] = await range({ type: 'pod' }, { metric: 'network/rx', aggregation, ...over });
      return series?.points.map(([atMs, value]) => [(atMs - T0) / MINUTE, value]);
    };

    it('count what was added in each step, the first sample from nothing', async () => {
      await count({ 0: 1000, 1: 1060, 2: 1060, 3: 1180, 4: 1300 });
      const expected = [1, 2, 3, 4].map((minute, index) => [minute, [60, 0, 120, 120][index]]);
      expect(await points('increase')).toEqual(expected);
      expect(await points('rate')).toEqual([
        [1, 1],
        [2, 0],
        [3, 2],
        [4, 2],
      ]);
    });

    it('put the increases of a step together, also the one that began in the step before', async () => {
      await count({ 0: 0, 1: 60, 2: 180, 3: 360, 4: 600, 5: 900 });
      expect(await points('increase', { stepMs: 3 * MINUTE })).toEqual([
        [0, 180],
        [3, 720],
      ]);
      expect(await points('rate', { stepMs: 3 * MINUTE })).toEqual([
        [0, 1],
        [3, 4],
      ]);
    });

    it('count from zero when the counter went back, and never fall below zero', async () => {
      await count({ 0: 500, 1: 560, 2: 30, 3: 0, 4: 20 });
      expect(await points('increase')).toEqual([
        [1, 60],
        [2, 30],
        [3, 0],
        [4, 20],
      ]);
    });

    it('count from the sample before the range', async () => {
      await count({ [-2]: 100, [-1]: 160, 0: 220, 1: 400 });
      expect(await points('increase')).toEqual([
        [0, 60],
        [1, 180],
      ]);
      expect(await points('increase', { fromMs: T0 + MINUTE })).toEqual([[1, 180]]);
    });

    it.each([
      ['as far before it as is allowed', RATE_LOOKBACK_MS, [[0, 60]]],
      ['a millisecond nearer', RATE_LOOKBACK_MS - 1, [[0, 60]]],
      ['a millisecond farther', RATE_LOOKBACK_MS + 1, undefined],
    ])('take a sample before the range that lies %s', async (_, before, expected) => {
      await append(T0 - before, [aSample(aPod(), { 'network/rx': 100 })]);
      await count({ 0: 160 });
      expect(await points('increase')).toEqual(expected);
    });

    it('count over a gap within the range, however long, where it ends', async () => {
      expect(RATE_LOOKBACK_MS).toBeLessThan(30 * MINUTE);
      await count({ 0: 100, 1: 200, 2: undefined, 31: 3200, 32: 3260 });
      expect(await points('increase')).toEqual([
        [1, 100],
        [31, 3000],
        [32, 60],
      ]);
    });

    it('count over midnight', async () => {
      const midnight = Math.ceil(T0 / DAY) * DAY;
      await append(midnight - MINUTE, [aSample(aPod(), { 'network/rx': 100 })]);
      await append(midnight, [aSample(aPod(), { 'network/rx': 220 })]);
      const over = { metric: 'network/rx', fromMs: midnight, toMs: midnight + MINUTE };
      const [series] = await range({ type: 'pod' }, { ...over, aggregation: 'rate' });
      expect(series?.points).toEqual([[midnight, 2]]);
    });

    it('count each object by itself, and leave out one that has a single sample', async () => {
      const others = [aPod({ pod: 'web-2' }), aPod({ pod: 'web-3' })];
      const sample = (pod: (typeof others)[number] | undefined, value: number) =>
        aSample(pod ?? aPod(), { 'network/rx': value });
      await append(T0, [sample(aPod(), 100), sample(others[0], 5000)]);
      await append(T0 + MINUTE, [sample(aPod(), 160), sample(others[0], 5001), sample(others[1], 7)]);
      const over = { metric: 'network/rx', aggregation: 'increase' } as const;
      expect(await range({ type: 'pod' }, over)).toEqual([
        { object: aPod(), points: [[T0 + MINUTE, 60]] },
        { object: others[0], points: [[T0 + MINUTE, 1]] },
      ]);
      expect(await range({ type: 'pod' }, { ...over, maxSeries: 1 })).toEqual([
        { object: aPod(), points: [[T0 + MINUTE, 60]] },
      ]);
    });
  });
}
