import { describe, expect, it } from '@jest/globals';
import type { InstantQuery } from '../../src/metrics/metric-store.port.js';
import { aContainer, aPod, aSample } from '../support/samples.js';
import { cpu, DAY, MINUTE, podsOf, T0, type StoreFixture } from './metric-store.fixture.js';

/** The newest values, and top lists. */
export function describeInstant(at: StoreFixture): void {
  const { append, range, instant } = at;

  describe('instant', () => {
    it('takes the newest value at or before the instant', async () => {
      for (const minute of [0, 1, 2]) await append(T0 + minute * MINUTE, [cpu(aPod(), minute)]);
      const at = (atMs: number) => instant({ type: 'pod' }, { atMs });
      expect(await at(T0 + MINUTE)).toEqual([{ object: aPod(), cycleAtMs: T0 + MINUTE, value: 1 }]);
      expect(await at(T0 + MINUTE - 1)).toEqual([{ object: aPod(), cycleAtMs: T0, value: 0 }]);
      expect(await at(T0 - 1)).toEqual([]);
    });

    it('takes none that is older than the look-back', async () => {
      await append(T0, [cpu(aPod(), 1)]);
      expect(await instant({ type: 'pod' }, { atMs: T0 + 2 * MINUTE, lookbackMs: 2 * MINUTE })).toHaveLength(1);
      expect(await instant({ type: 'pod' }, { atMs: T0 + 2 * MINUTE + 1, lookbackMs: 2 * MINUTE })).toEqual([]);
    });

    it('looks back object by object, and past cycles in which the metric is unknown', async () => {
      await append(T0, [cpu(aPod(), 1), cpu(aPod({ pod: 'web-2' }), 2)]);
      await append(T0 + MINUTE, [cpu(aPod(), 3), aSample(aPod({ pod: 'web-2' }), { 'memory/usage': 9 })]);
      const answer = await instant({ type: 'pod' });
      expect(answer.map(({ cycleAtMs, value }) => [cycleAtMs, value])).toEqual([
        [T0 + MINUTE, 3],
        [T0, 2],
      ]);
    });

    it('looks back over midnight', async () => {
      const midnight = Math.ceil(T0 / DAY) * DAY;
      await append(midnight - MINUTE, [cpu(aPod(), 1)]);
      await append(midnight, [cpu(aPod({ pod: 'web-2' }), 2)]);
      const answer = await instant({ type: 'pod' }, { atMs: midnight, lookbackMs: 5 * MINUTE });
      expect(answer.map(({ value }) => value)).toEqual([1, 2]);
    });

    it('orders a top list by value, equal ones by identity, and cuts it', async () => {
      const samples = [3, 1, 2, 3].map((value, index) => cpu(aPod({ pod: `p${String(index)}` }), value));
      await append(T0, samples);
      const top = (order: InstantQuery['order'], limit: number) => instant({ type: 'pod' }, { order, limit });
      expect(podsOf(await top('valueDescending', 3))).toEqual(['p0', 'p3', 'p2']);
      expect(podsOf(await top('valueAscending', 3))).toEqual(['p1', 'p2', 'p0']);
      expect(podsOf(await top('object', 2))).toEqual(['p0', 'p1']);
    });

    it('orders by namespace, node, pod, container and uid', async () => {
      const objects = [
        aContainer({ namespace: 'b', node: 'n1', pod: 'a' }),
        aContainer({ namespace: 'a', node: 'n2', pod: 'a' }),
        aContainer({ namespace: 'a', node: 'n1', pod: 'b', container: 'y' }),
        aContainer({ namespace: 'a', node: 'n1', pod: 'b', container: 'x', podUid: '2' }),
        aContainer({ namespace: 'a', node: 'n1', pod: 'b', container: 'x', podUid: '1' }),
      ];
      await append(
        T0,
        objects.map((object) => cpu(object, 1)),
      );
      const expected = objects.toReversed();
      expect((await instant({ type: 'pod_container' })).map(({ object }) => object)).toEqual(expected);
      expect((await range({ type: 'pod_container' })).map(({ object }) => object)).toEqual(expected);
    });
  });
}
