import { describe, expect, it } from '@jest/globals';
import { metricsOf } from '../../src/metrics/core/metric-catalogue.js';
import type { MetricObject } from '../../src/metrics/core/sample.js';
import {
  aCluster,
  aContainer,
  aFullSample,
  aNamespace,
  aNode,
  aPod,
  aSample,
  aSysContainer,
} from '../support/samples.js';
import { cpu, DAY, MINUTE, podsOf, T0, type StoreFixture } from './metric-store.fixture.js';

/** What is written comes back; what is written again replaces. */
export function describeWriting(at: StoreFixture): void {
  const { append, range, instant, knows } = at;

  describe('round trip', () => {
    const objects: MetricObject[] = [
      aCluster(),
      aNamespace(),
      aNode({ labels: { zone: 'a', 'kubernetes.io/os': 'linux' } }),
      aPod({ workload: 'Deployment/web', labels: { app: 'web', tier: 'front-end_1.0' } }),
      aContainer({ workload: 'Deployment/web', labels: { app: 'web' } }),
      aSysContainer(),
    ];

    it.each(objects)('gives back every metric of a $type', async (object) => {
      await append(T0, [aFullSample(object, 1.5, T0 - 3000)]);
      for (const [index, { name }] of metricsOf(object.type).entries()) {
        expect(await range({ type: object.type }, { metric: name })).toEqual([{ object, points: [[T0, 1.5 + index]] }]);
      }
    });

    it.each([
      aNode({ resource: '/' }),
      aPod({ resource: 'Volume:data' }),
      aContainer({ resource: 'logs', workload: 'Job/x', labels: { app: 'web' } }),
      aSysContainer({ resource: '/' }),
    ])('gives back every labelled metric of a $type', async (object) => {
      await append(T0, [aFullSample(object, 7, T0)]);
      for (const [index, { name }] of metricsOf('pod', 'filesystem').entries()) {
        expect(await instant({ type: object.type }, { metric: name })).toEqual([
          { object, cycleAtMs: T0, value: 7 + index },
        ]);
      }
    });

    it('keeps byte counts exact to 2^53', async () => {
      await append(T0, [aSample(aPod(), { 'network/rx': Number.MAX_SAFE_INTEGER, 'memory/usage': 2 ** 40 + 1 })]);
      expect((await instant({ type: 'pod' }, { metric: 'network/rx' }))[0]?.value).toBe(Number.MAX_SAFE_INTEGER);
      expect((await instant({ type: 'pod' }, { metric: 'memory/usage' }))[0]?.value).toBe(2 ** 40 + 1);
    });

    it('keeps a zero, and a NaN not at all', async () => {
      await append(T0, [aSample(aPod(), { 'cpu/usage_rate': 0, 'memory/usage': Number.NaN })]);
      expect(await instant({ type: 'pod' })).toHaveLength(1);
      expect((await instant({ type: 'pod' }))[0]?.value).toBe(0);
      expect(await instant({ type: 'pod' }, { metric: 'memory/usage' })).toEqual([]);
      expect(await range({ type: 'pod' }, { metric: 'memory/usage' })).toEqual([]);
    });

    it('takes names that are special to the engine', async () => {
      const object = aPod({
        pod: `a'b"c\\d,e=f g`,
        namespace: 'x\\',
        workload: 'Job/"; DROP',
        labels: { 'example.org/a': '' },
      });
      await append(T0, [cpu(object, 1)]);
      expect(await range({ type: 'pod', pod: object.pod ?? '', namespace: 'x\\', workload: 'Job/"; DROP' })).toEqual([
        { object, points: [[T0, 1]] },
      ]);
    });

    it('takes a scope without samples, and a call without scopes', async () => {
      await append(T0, []);
      await at.store.writer.append(T0, []);
      expect(await knows({ type: 'node' })).toBe(false);
    });
  });

  describe('scopes that come one by one', () => {
    it('are there together once they are committed', async () => {
      const { writer } = at.store;
      const adding = writer.begin(T0);
      adding.add({ scope: 'node-1', samples: [cpu(aPod(), 1)] });
      const other = writer.begin(T0 + MINUTE);
      other.add({ scope: 'node-1', samples: [cpu(aPod(), 3)] });
      adding.add({ scope: 'node-2', samples: [cpu(aNode({ node: 'node-2' }), 2)] });
      expect(await knows({ type: 'pod' })).toBe(false);
      await other.commit();
      await adding.commit();
      expect(await range({ type: 'pod' })).toEqual([
        {
          object: aPod(),
          points: [
            [T0, 1],
            [T0 + MINUTE, 3],
          ],
        },
      ]);
      expect((await instant({ type: 'node' }))[0]?.value).toBe(2);
    });

    it('leave nothing when they are never committed', async () => {
      at.store.writer.begin(T0).add({ scope: 'node-1', samples: [cpu(aPod(), 1)] });
      await append(T0 + MINUTE, [cpu(aPod({ workload: 'Deployment/web' }), 2)]);
      expect(await range({ type: 'pod' })).toEqual([
        { object: aPod({ workload: 'Deployment/web' }), points: [[T0 + MINUTE, 2]] },
      ]);
    });
  });

  describe('writing again', () => {
    it('replaces a scope of a cycle, also objects that are no longer named', async () => {
      await append(T0, [
        cpu(aPod(), 1),
        cpu(aPod({ pod: 'gone' }), 2),
        aSample(aPod({ resource: '/' }), { 'filesystem/usage': 1 }),
      ]);
      await append(T0, [cpu(aPod(), 3)]);
      expect(await range({ type: 'pod' }, { aggregation: 'sum' })).toEqual([{ object: aPod(), points: [[T0, 3]] }]);
      expect(await instant({ type: 'pod' }, { metric: 'filesystem/usage' })).toEqual([]);
      expect(await knows({ type: 'pod', pod: 'gone' })).toBe(false);
    });

    it('replaces a metric by nothing', async () => {
      await append(T0, [aSample(aPod(), { 'cpu/usage_rate': 1, 'memory/usage': 5 })]);
      await append(T0, [aSample(aPod(), { 'memory/usage': 6 })]);
      expect(await instant({ type: 'pod' })).toEqual([]);
      expect((await instant({ type: 'pod' }, { metric: 'memory/usage' }))[0]?.value).toBe(6);
    });

    it('replaces a scope by nothing', async () => {
      await append(T0, [cpu(aPod(), 1)]);
      await append(T0, []);
      expect(await instant({ type: 'pod' })).toEqual([]);
      await append(T0, [cpu(aPod(), 2)]);
      expect((await instant({ type: 'pod' }))[0]?.value).toBe(2);
    });

    it('leaves other scopes and other cycles alone', async () => {
      const other = aPod({ node: 'node-2', pod: 'web-2' });
      await at.store.writer.append(T0, [
        { scope: 'node-1', samples: [cpu(aPod(), 1)] },
        { scope: 'node-2', samples: [cpu(other, 2)] },
        { scope: '', samples: [cpu(aCluster(), 3)] },
      ]);
      await append(T0 + MINUTE, [cpu(aPod(), 4)]);
      await append(T0, [cpu(aPod(), 5)]);
      expect(await range({ type: 'pod' })).toEqual([
        {
          object: aPod(),
          points: [
            [T0, 5],
            [T0 + MINUTE, 4],
          ],
        },
        { object: other, points: [[T0, 2]] },
      ]);
      expect((await instant({ type: 'cluster' }))[0]?.value).toBe(3);
    });

    it('may happen any number of times', async () => {
      for (const value of [1, 2, 3, 4]) await append(T0, [cpu(aPod(), value)]);
      expect(await range({ type: 'pod' }, { aggregation: 'sum' })).toEqual([{ object: aPod(), points: [[T0, 4]] }]);
    });
  });

  describe('order of calls', () => {
    it('takes cycles in any order', async () => {
      for (const minute of [3, 0, 2, 1]) await append(T0 + minute * MINUTE, [cpu(aPod(), minute)]);
      const [series] = await range({ type: 'pod' });
      expect(series?.points).toEqual([0, 1, 2, 3].map((minute) => [T0 + minute * MINUTE, minute]));
    });

    it('takes cycles and scopes at the same time', async () => {
      const calls = [0, 1, 2, 3].flatMap((minute) =>
        ['node-1', 'node-2', 'node-3'].map((node) =>
          append(T0 + minute * MINUTE, [cpu(aPod({ node, pod: `on-${node}` }), minute)], node),
        ),
      );
      await Promise.all(calls);
      const series = await range({ type: 'pod' });
      expect(podsOf(series)).toEqual(['on-node-1', 'on-node-2', 'on-node-3']);
      for (const { points } of series) expect(points.map(([, value]) => value)).toEqual([0, 1, 2, 3]);
    });

    it('takes days apart, and reads over them', async () => {
      await append(T0 + 2 * DAY, [cpu(aPod(), 2)]);
      await append(T0 - DAY, [cpu(aPod(), 1)]);
      const [series] = await range({ type: 'pod' }, { fromMs: T0 - 7 * DAY, toMs: T0 + 7 * DAY });
      expect(series?.points).toEqual([
        [T0 - DAY, 1],
        [T0 + 2 * DAY, 2],
      ]);
    });
  });
}
