import { beforeEach, describe, expect, it } from '@jest/globals';
import type { GroupAggregation, GroupQuery } from '../../src/metrics/metric-store.port.js';
import { aPod, aSample } from '../support/samples.js';
import { cpu, MINUTE, T0, type StoreFixture } from './metric-store.fixture.js';

type GroupOf = GroupQuery['groupOf'];

/** Objects put together. */
export function describeGroups(at: StoreFixture): void {
  const { append, groups } = at;

  describe('groups', () => {
    const web = { workload: 'Deployment/web', labels: { app: 'web' } };
    const one = aPod({ pod: 'web-1', ...web });
    const two = aPod({ pod: 'web-2', node: 'node-2', ...web });
    const bare = aPod({ pod: 'bare', namespace: 'dev' });

    /** `two` has no sample in the second minute. */
    beforeEach(async () => {
      await append(T0, [cpu(one, 1), cpu(bare, 10)]);
      await append(T0, [cpu(two, 4)], 'node-2');
      await append(T0 + MINUTE, [cpu(one, 3), cpu(bare, 30)]);
      await append(T0 + 2 * MINUTE, [cpu(one, 5)]);
      await append(T0 + 2 * MINUTE, [cpu(two, 6)], 'node-2');
    });

    it.each<[string, GroupOf, [string, number, number[]][]]>([
      [
        'namespaces',
        ({ namespace }) => namespace,
        [
          ['dev', 1, [10, 30]],
          ['prod', 2, [5, 3, 11]],
        ],
      ],
      [
        'nodes',
        ({ node }) => node,
        [
          ['node-1', 2, [11, 33, 5]],
          ['node-2', 1, [4, 6]],
        ],
      ],
      ['workloads, leaving out what has none', ({ workload }) => workload, [['Deployment/web', 2, [5, 3, 11]]]],
      [
        'a label',
        ({ labels }) => labels?.['app'] ?? '',
        [
          ['', 1, [10, 30]],
          ['web', 2, [5, 3, 11]],
        ],
      ],
      ['all in one', () => 'all', [['all', 3, [15, 33, 11]]]],
      ['nothing at all', () => undefined, []],
      ['a key that is special to the engine', () => `a'b"c\\d $1`, [[`a'b"c\\d $1`, 3, [15, 33, 11]]]],
    ])('puts objects together by %s', async (_, groupOf, expected) => {
      const answer = await groups({ type: 'pod' }, { groupOf });
      expect(answer.map(({ group, objects, points }) => [group, objects, points.map(([, value]) => value)])).toEqual(
        expected,
      );
    });

    it.each<[GroupAggregation, number[]]>([
      ['sum', [5, 3, 11]],
      ['avg', [2.5, 3, 5.5]],
      ['min', [1, 3, 5]],
      ['max', [4, 3, 6]],
      ['count', [2, 1, 2]],
    ])('takes an object without a sample in a step as absent, not as zero: %s', async (across, expected) => {
      const [prod] = await groups({ type: 'pod', namespace: 'prod' }, { across });
      expect(prod?.points).toEqual(expected.map((value, index) => [T0 + index * MINUTE, value]));
    });

    it('makes points of each object first, and then of the group', async () => {
      const step = { stepMs: 60 * MINUTE };
      const value = async (over: Partial<GroupQuery>) =>
        (await groups({ type: 'pod', namespace: 'prod' }, { ...step, ...over }))[0]?.points[0]?.[1];
      expect(await value({ aggregation: 'max', across: 'sum' })).toBe(11);
      expect(await value({ aggregation: 'avg', across: 'avg' })).toBe(4);
      expect(await value({ aggregation: 'count', across: 'max' })).toBe(3);
      expect(await value({ aggregation: 'p50', across: 'min' })).toBe(3);
    });

    it('adds up the rates of counters, each of which may have begun anew', async () => {
      const sample = (pod: typeof one, value: number) => aSample(pod, { 'network/rx': value });
      await append(T0 + 9 * MINUTE, [sample(one, 1000), sample(bare, 500)]);
      await append(T0 + 10 * MINUTE, [sample(one, 1060), sample(bare, 120)]);
      const over = { metric: 'network/rx', aggregation: 'rate', groupOf: () => 'all' } as const;
      expect(await groups({ type: 'pod' }, over)).toEqual([
        { group: 'all', objects: 2, points: [[T0 + 10 * MINUTE, 3]] },
      ]);
    });

    it('begins steps at an origin', async () => {
      const [prod] = await groups({ type: 'pod', namespace: 'prod' }, { stepMs: 2 * MINUTE, originMs: T0 - MINUTE });
      expect(prod?.points).toEqual([
        [T0 - MINUTE, 5],
        [T0 + MINUTE, 10],
      ]);
    });

    it('puts the resources of an object together', async () => {
      const disk = (resource: string, value: number) =>
        aSample(aPod({ resource, ...web }), { 'filesystem/usage': value });
      await append(T0 + 30 * MINUTE, [disk('/', 1), disk('logs', 2)]);
      const over = { metric: 'filesystem/usage', groupOf: ({ workload }: typeof one) => workload };
      expect(await groups({ type: 'pod' }, over)).toEqual([
        { group: 'Deployment/web', objects: 2, points: [[T0 + 30 * MINUTE, 3]] },
      ]);
    });

    it.each([
      [1, ['bare']],
      [2, ['bare', 'web-1']],
      [3, ['bare', 'web-1', 'web-2']],
    ])('gives at most %d groups, the first by key that have points', async (maxGroups, expected) => {
      await append(T0 - MINUTE, [cpu(aPod({ pod: 'a-before-the-range' }), 1)]);
      const answer = await groups({ type: 'pod' }, { groupOf: ({ pod }) => pod, maxGroups });
      expect(answer.map(({ group }) => group)).toEqual(expected);
    });

    it('gives nothing for objects without samples in the range, and for a metric that they do not have', async () => {
      expect(await groups({ type: 'pod' }, { fromMs: T0 + 3 * MINUTE })).toEqual([]);
      expect(await groups({ type: 'pod' }, { metric: 'cpu/node_capacity' })).toEqual([]);
      expect(await groups({ type: 'pod', namespace: 'none' })).toEqual([]);
    });

    it('takes only the objects that are selected', async () => {
      const selected = await groups({
        type: 'pod',
        visibleNamespaces: ['prod'],
        matchesLabels: ({ app }) => app === 'web',
        node: 'node-2',
      });
      expect(selected).toEqual([
        {
          group: 'prod',
          objects: 1,
          points: [
            [T0, 4],
            [T0 + 2 * MINUTE, 6],
          ],
        },
      ]);
    });
  });
}
