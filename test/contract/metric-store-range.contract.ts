import { describe, expect, it } from '@jest/globals';
import { aPod, aSample } from '../support/samples.js';
import { cpu, DAY, MINUTE, podsOf, T0, type StoreFixture } from './metric-store.fixture.js';

/** Series of one metric over time. */
export function describeRange(at: StoreFixture): void {
  const { append, range, instant } = at;

  describe('range', () => {
    it('aligns steps to the epoch, whatever the range starts with', async () => {
      for (const minute of [1, 4, 7]) await append(T0 + minute * MINUTE, [cpu(aPod(), minute)]);
      const [series] = await range({ type: 'pod' }, { fromMs: T0 + MINUTE, stepMs: 5 * MINUTE });
      expect(series?.points).toEqual([
        [T0, 2.5],
        [T0 + 5 * MINUTE, 7],
      ]);
    });

    it('aligns a step that does not divide a day to the epoch too', async () => {
      const stepMs = 7 * MINUTE;
      await append(T0, [cpu(aPod(), 1)]);
      const [series] = await range({ type: 'pod' }, { stepMs });
      expect(series?.points).toEqual([[Math.floor(T0 / stepMs) * stepMs, 1]]);
    });

    it.each([
      ['before the range', T0 - 3 * MINUTE, [T0 - 3 * MINUTE, T0 + 2 * MINUTE]],
      ['within it', T0 + 2 * MINUTE, [T0 - 3 * MINUTE, T0 + 2 * MINUTE]],
      ['after it', T0 + DAY + MINUTE, [T0 - 4 * MINUTE, T0 + MINUTE]],
      ['before 1970', -MINUTE, [T0 - MINUTE, T0 + 4 * MINUTE]],
    ])('begins steps at an origin that lies %s', async (_, originMs, steps) => {
      for (const minute of [0, 5]) await append(T0 + minute * MINUTE, [cpu(aPod(), minute)]);
      const [series] = await range({ type: 'pod' }, { originMs, stepMs: 5 * MINUTE });
      expect(series?.points).toEqual(steps.map((step, index) => [step, index * 5]));
    });

    it('includes its start and excludes its end', async () => {
      for (const minute of [0, 1, 2]) await append(T0 + minute * MINUTE, [cpu(aPod(), minute)]);
      const [series] = await range({ type: 'pod' }, { fromMs: T0, toMs: T0 + 2 * MINUTE });
      expect(series?.points.map(([, value]) => value)).toEqual([0, 1]);
    });

    it('leaves a gap where nothing was measured', async () => {
      for (const minute of [0, 4]) await append(T0 + minute * MINUTE, [cpu(aPod(), minute)]);
      await append(T0 + 2 * MINUTE, [aSample(aPod(), { 'memory/usage': 1 })]);
      const [series] = await range({ type: 'pod' });
      expect(series?.points).toEqual([
        [T0, 0],
        [T0 + 4 * MINUTE, 4],
      ]);
    });

    it('gives a series for each resource of a labelled metric', async () => {
      const samples = ['Volume:b', 'Volume:a'].map((resource, index) =>
        aSample(aPod({ resource }), { 'filesystem/usage': index }),
      );
      await append(T0, [...samples, cpu(aPod(), 1)]);
      const metric = 'filesystem/usage';
      const all = await range({ type: 'pod' }, { metric });
      expect(all.map(({ object }) => object.resource)).toEqual(['Volume:a', 'Volume:b']);
      const one = await range({ type: 'pod', resource: 'Volume:b' }, { metric });
      expect(one).toEqual([{ object: aPod({ resource: 'Volume:b' }), points: [[T0, 0]] }]);
    });

    it('gives at most so many series, the first by identity that have values', async () => {
      for (const pod of ['d', 'b', 'c', 'a']) await append(T0, [cpu(aPod({ pod, node: pod }), 1)], pod);
      await append(T0 + DAY, [cpu(aPod({ pod: '0', node: '0' }), 1)], '0');
      expect(podsOf(await range({ type: 'pod' }, { maxSeries: 2 }))).toEqual(['a', 'b']);
      expect(podsOf(await range({ type: 'pod' }, { maxSeries: 4 }))).toEqual(['a', 'b', 'c', 'd']);
    });

    it('gives nothing for a metric that the object type does not have', async () => {
      await append(T0, [cpu(aPod(), 1)]);
      expect(await range({ type: 'pod' }, { metric: 'cpu/node_capacity' })).toEqual([]);
      expect(await range({ type: 'pod' }, { metric: 'no/such' })).toEqual([]);
      expect(await instant({ type: 'pod' }, { metric: 'no/such' })).toEqual([]);
    });
  });

  it('keeps a pod that was made again under its name apart', async () => {
    const first = aPod({ podUid: 'a-first' });
    const second = aPod({ podUid: 'b-second' });
    await append(T0, [cpu(first, 1)]);
    await append(T0 + MINUTE, [cpu(first, 2), cpu(second, 3)]);
    expect(await range({ type: 'pod', pod: 'web-1' })).toEqual([
      {
        object: first,
        points: [
          [T0, 1],
          [T0 + MINUTE, 2],
        ],
      },
      { object: second, points: [[T0 + MINUTE, 3]] },
    ]);
    expect((await instant({ type: 'pod', pod: 'web-1' })).map(({ object }) => object.podUid)).toEqual([
      'a-first',
      'b-second',
    ]);
  });
}
