import { beforeEach, describe, expect, it } from '@jest/globals';
import type { MetricObject, Sample } from '../../src/metrics/core/sample.js';
import type { NewestQuery } from '../../src/metrics/metric-store.port.js';
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
import { cpu, DAY, MINUTE, T0, type StoreFixture } from './metric-store.fixture.js';

/** Every metric of every object at once. */
export function describeNewest(at: StoreFixture): void {
  const { append, newest } = at;
  const asNewest = ({ object, values }: Sample) => ({ object, cycleAtMs: T0, values });

  describe('newest', () => {
    const pod = aPod({ workload: 'Deployment/web', labels: { app: 'web' } });
    /** By type as asked for below, and by identity. */
    const samples = [
      aNode({ labels: { zone: 'a' } }),
      aNode({ resource: '/' }),
      aNode({ resource: 'Extended:example.org/gpu' }),
      aNode({ resource: 'Interface:eth0' }),
      aPod({ namespace: 'dev', pod: 'bare' }),
      pod,
      { ...pod, resource: 'Claim:data' },
      { ...pod, resource: 'Interface:eth0' },
      { ...pod, resource: 'Volume:data' },
      aContainer({ container: 'app' }),
      aContainer({ container: 'proxy' }),
      aContainer({ container: 'proxy', resource: 'logs' }),
      aSysContainer(),
      aNamespace('dev'),
      aNamespace('prod'),
      aCluster(),
    ].map((object, index) => aFullSample(object, index * 1000));
    const types: NewestQuery['types'] = ['node', 'pod', 'pod_container', 'sys_container', 'ns', 'cluster'];
    const isOfNode = ({ object }: { object: MetricObject }) => object.node !== undefined;

    beforeEach(() =>
      at.store.writer.append(T0, [
        { scope: 'node-1', samples: samples.filter(isOfNode).toReversed() },
        { scope: '', samples: samples.filter((sample) => !isOfNode(sample)) },
      ]),
    );

    it('gives every sample as it was written, by type and identity', async () => {
      expect(await newest(types)).toEqual(samples.map(asNewest));
    });

    it('gives the types that are asked for, in that order', async () => {
      expect((await newest(['cluster', 'node'])).map(({ object }) => object.type)).toEqual([
        'cluster',
        ...Array.from({ length: 4 }, () => 'node'),
      ]);
      expect(await newest([])).toEqual([]);
    });

    it.each<[string, Partial<NewestQuery>, (object: MetricObject) => boolean]>([
      ['a namespace', { namespace: 'dev' }, ({ namespace }) => namespace === 'dev'],
      [
        'the namespaces that may be seen',
        { visibleNamespaces: ['prod', 'x'] },
        ({ namespace }) => namespace === 'prod',
      ],
      ['no namespace at all', { visibleNamespaces: [] }, () => false],
      ['a namespace that may not be seen', { namespace: 'dev', visibleNamespaces: ['prod'] }, () => false],
      ['a node', { node: 'node-1' }, ({ node }) => node === 'node-1'],
      ['another node', { node: 'node-2' }, () => false],
    ])('takes %s', async (_, over, isWanted) => {
      expect(await newest(types, over)).toEqual(samples.filter(({ object }) => isWanted(object)).map(asNewest));
    });

    it('gives one cycle of each object: what is unknown in its newest is unknown, not older', async () => {
      await append(T0 + MINUTE, [aSample(pod, { 'memory/usage': 5 })]);
      const [found] = await newest(['pod'], { namespace: 'prod' });
      const { values } = aSample(pod, { 'memory/usage': 5 });
      expect(found).toEqual({ object: pod, cycleAtMs: T0 + MINUTE, values });
    });

    it('looks back object by object, and past a sample in which nothing is known', async () => {
      await append(T0 + MINUTE, [cpu(aNode(), 7)], 'node-1');
      await append(T0 + 2 * MINUTE, [cpu(aNode(), Number.NaN)], 'node-1');
      const answer = await newest(['node', 'pod'], { namespace: 'dev' });
      expect(answer.map(({ cycleAtMs }) => cycleAtMs)).toEqual([T0]);
      const [node] = await newest(['node']);
      expect([node?.object.resource, node?.cycleAtMs]).toEqual([undefined, T0 + MINUTE]);
    });

    it.each([
      ['at the instant', T0, 0, 1],
      ['a millisecond after it', T0 - 1, MINUTE, 0],
      ['as old as the look-back', T0 + MINUTE, MINUTE, 1],
      ['a millisecond older', T0 + MINUTE + 1, MINUTE, 0],
    ])('takes a sample that is %s, or not', async (_, atMs, lookbackMs, expected) => {
      expect(await newest(['cluster'], { atMs, lookbackMs })).toHaveLength(expected);
    });

    it('looks back over midnight', async () => {
      const midnight = Math.ceil(T0 / DAY) * DAY;
      await append(midnight - MINUTE, [cpu(aNode({ node: 'node-2' }), 1)], 'node-2');
      await append(midnight, [cpu(aNode({ node: 'node-3' }), 2)], 'node-3');
      const answer = await newest(['node'], { atMs: midnight, lookbackMs: 5 * MINUTE });
      expect(answer.map(({ object, cycleAtMs }) => [object.node, cycleAtMs])).toEqual([
        ['node-2', midnight - MINUTE],
        ['node-3', midnight],
      ]);
    });

    it('comes in batches, each object once, however many there are', async () => {
      const pods = Array.from({ length: 1500 }, (_, index) =>
        aPod({ pod: `p${String(10_000 + index)}`, node: 'node-9', namespace: 'many' }),
      );
      await append(
        T0,
        pods.map((object, index) => cpu(object, index)),
        'node-9',
      );
      const answer = await newest(['pod'], { node: 'node-9' });
      expect(answer.map(({ object }) => object)).toEqual(pods);
      expect(answer.map((sample) => sample.values)).toEqual(pods.map((object, index) => cpu(object, index).values));
    });
  });
}
