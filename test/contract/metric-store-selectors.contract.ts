import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ObjectSelector } from '../../src/metrics/metric-store.port.js';
import { aContainer, aNamespace, aNode, aPod, aSample } from '../support/samples.js';
import { cpu, MINUTE, T0, type StoreFixture } from './metric-store.fixture.js';

/** Which objects a query is about. */
export function describeSelectors(at: StoreFixture): void {
  const { append, range, instant, knows } = at;

  describe('selectors', () => {
    beforeEach(async () => {
      const web = { workload: 'Deployment/web', labels: { app: 'web', track: 'stable' } };
      const db = { workload: 'StatefulSet/db', labels: { app: 'db' }, namespace: 'data', node: 'node-2' };
      await at.store.writer.append(T0, [
        {
          scope: 'node-1',
          samples: [
            cpu(aPod({ pod: 'web-1', ...web }), 1),
            cpu(aContainer({ pod: 'web-1', ...web, container: 'app' }), 2),
            cpu(aContainer({ pod: 'web-1', ...web, container: 'proxy' }), 3),
            cpu(aPod({ pod: 'bare', namespace: 'dev' }), 4),
            cpu(aNode(), 5),
          ],
        },
        {
          scope: 'node-2',
          samples: [cpu(aPod({ pod: 'db-1', ...db }), 6), cpu(aNode({ node: 'node-2', labels: { zone: 'b' } }), 7)],
        },
      ]);
      await append(T0, [cpu(aNamespace('prod'), 8), cpu(aNamespace('data'), 9)], '');
    });

    it.each<[string, ObjectSelector, number[]]>([
      ['all of a type', { type: 'pod' }, [6, 4, 1]],
      ['a node', { type: 'pod', node: 'node-2' }, [6]],
      ['the node itself', { type: 'node', node: 'node-2' }, [7]],
      ['a namespace', { type: 'pod', namespace: 'prod' }, [1]],
      ['the namespace itself', { type: 'ns', namespace: 'data' }, [9]],
      ['a pod', { type: 'pod', pod: 'bare' }, [4]],
      ['a container', { type: 'pod_container', container: 'proxy' }, [3]],
      ['the containers of a pod', { type: 'pod_container', namespace: 'prod', pod: 'web-1' }, [2, 3]],
      ['a workload', { type: 'pod', workload: 'StatefulSet/db' }, [6]],
      ['labels', { type: 'pod', matchesLabels: ({ app }) => app === 'web' }, [1]],
      ['the absence of labels', { type: 'pod', matchesLabels: ({ app }) => app === undefined }, [4]],
      ['labels of nodes', { type: 'node', matchesLabels: ({ zone }) => zone === 'b' }, [7]],
      ['labels that nothing has', { type: 'pod', matchesLabels: () => false }, []],
      ['visible namespaces', { type: 'pod', visibleNamespaces: ['prod', 'data'] }, [6, 1]],
      ['no visible namespace', { type: 'pod', visibleNamespaces: [] }, []],
      ['an invisible namespace', { type: 'pod', namespace: 'dev', visibleNamespaces: ['prod'] }, []],
      ['what has no namespace, to who sees only some', { type: 'node', visibleNamespaces: ['prod'] }, []],
      ['fields that no object has together', { type: 'pod', namespace: 'dev', pod: 'web-1' }, []],
      ['a resource of what has none', { type: 'pod', resource: '/' }, []],
      [
        'everything at once',
        {
          type: 'pod_container',
          node: 'node-1',
          namespace: 'prod',
          visibleNamespaces: ['prod'],
          pod: 'web-1',
          container: 'app',
          workload: 'Deployment/web',
          matchesLabels: ({ track }) => track === 'stable',
        },
        [2],
      ],
    ])('selects %s', async (_, select, expected) => {
      expect((await instant(select)).map(({ value }) => value)).toEqual(expected);
      expect((await range(select)).map(({ points }) => points[0]?.[1])).toEqual(expected);
      expect(await knows(select)).toBe(expected.length > 0);
    });

    it('knows an object by its labelled samples alone', async () => {
      await append(
        T0,
        [aSample(aPod({ node: 'node-3', pod: 'disk', resource: '/' }), { 'filesystem/usage': 1 })],
        'node-3',
      );
      expect(await knows({ type: 'pod', pod: 'disk' })).toBe(true);
      expect(await knows({ type: 'pod', pod: 'disk', resource: 'logs' })).toBe(false);
    });

    it('takes the newest labels and workload of an object', async () => {
      await append(T0 + MINUTE, [
        cpu(aPod({ pod: 'bare', namespace: 'dev', workload: 'Job/x', labels: { app: 'new' } }), 10),
      ]);
      const select: ObjectSelector = { type: 'pod', matchesLabels: ({ app }) => app === 'new' };
      const [series, ...others] = await range(select);
      expect(others).toEqual([]);
      expect(series?.object).toEqual(
        aPod({ pod: 'bare', namespace: 'dev', workload: 'Job/x', labels: { app: 'new' } }),
      );
      expect(series?.points).toEqual([
        [T0, 4],
        [T0 + MINUTE, 10],
      ]);
      expect((await instant({ type: 'pod', workload: 'Job/x' })).map(({ value }) => value)).toEqual([10]);
    });
  });
}
