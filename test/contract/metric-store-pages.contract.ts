import { describe, expect, it } from '@jest/globals';
import { aPod, aSample } from '../support/samples.js';
import { cpu, MINUTE, T0, type StoreFixture } from './metric-store.fixture.js';

const PODS = 700;

/** Series without a bound of their number. */
export function describePages(at: StoreFixture): void {
  const { append, range, pages } = at;

  describe('pages', () => {
    it('give what a range gives, in its order, however many series there are', async () => {
      const pods = Array.from({ length: PODS }, (_, index) => aPod({ pod: `p${String((index * 37) % PODS)}` }));
      for (const minute of [0, 1]) {
        const samples = pods.map((pod, index) => cpu(pod, index + minute));
        await append(T0 + minute * MINUTE, samples);
      }
      const all = await range({ type: 'pod' }, { maxSeries: PODS + 1 });
      expect(all).toHaveLength(PODS);
      expect(await pages({ type: 'pod' })).toEqual(all);
    });

    it('have no empty one among them where objects have no samples in the range', async () => {
      const pods = Array.from({ length: PODS }, (_, index) => aPod({ pod: `p${String(1000 + index)}` }));
      await append(
        T0 - MINUTE,
        pods.map((pod) => cpu(pod, 1)),
      );
      expect(await pages({ type: 'pod' })).toEqual([]);
      const last = aPod({ pod: 'q' });
      await append(T0, [cpu(last, 2)]);
      expect(await pages({ type: 'pod' })).toEqual([{ object: last, points: [[T0, 2]] }]);
    });

    it.each(['avg', 'p95', 'increase'] as const)(
      'take selectors, origins and aggregations as a range does: %s',
      async (aggregation) => {
        for (const minute of [0, 1, 2, 3]) {
          const samples = ['a', 'b', 'c'].map((pod, index) =>
            aSample(aPod({ pod, namespace: pod === 'c' ? 'dev' : 'prod' }), {
              'network/rx': minute * minute * (index + 1),
            }),
          );
          await append(T0 + minute * MINUTE, samples);
        }
        const select = { type: 'pod', visibleNamespaces: ['prod'] } as const;
        const over = { metric: 'network/rx', aggregation, stepMs: 2 * MINUTE, originMs: T0 + MINUTE };
        const expected = await range(select, over);
        expect(expected).toHaveLength(2);
        expect(await pages(select, over)).toEqual(expected);
      },
    );

    it('give nothing for a metric that the objects do not have', async () => {
      await append(T0, [cpu(aPod(), 1)]);
      expect(await pages({ type: 'pod' }, { metric: 'cpu/node_capacity' })).toEqual([]);
    });

    it('can be left before their end', async () => {
      await append(
        T0,
        ['a', 'b', 'c', 'd', 'e'].map((pod) => cpu(aPod({ pod }), 1)),
      );
      const query = { metric: 'cpu/usage_rate', fromMs: T0, toMs: T0 + MINUTE, stepMs: MINUTE } as const;
      for await (const [first] of at.store.reader.pages({ ...query, select: { type: 'pod' }, aggregation: 'avg' })) {
        expect(first?.object.pod).toBe('a');
        break;
      }
      expect(await range({ type: 'pod' })).toHaveLength(5);
    });
  });
}
