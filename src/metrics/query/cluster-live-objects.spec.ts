import { describe, expect, it } from '@jest/globals';
import type { ClusterNode, ClusterPod } from '../../cluster/core/cluster-objects.js';
import { selectPods } from '../../cluster/core/select-pods.js';
import type { ObjectSelector } from '../metric-store.port.js';
import { ClusterLiveObjects } from './cluster-live-objects.js';

const pod = {
  namespace: 'shop',
  name: 'web-1',
  node: 'node-1',
  labels: {},
  containers: [{ name: 'app' }],
} as unknown as ClusterPod;
const namespace = { name: 'shop', uid: '1', phase: 'Active', createdAtMs: 0, labels: {} };
const live = new ClusterLiveObjects({
  node: (name) => (name === 'node-1' ? ({ name } as ClusterNode) : undefined),
  nodes: () =>
    [
      { name: 'node-1', labels: { zone: 'a' } },
      { name: 'node-2', labels: {} },
    ] as unknown as ClusterNode[],
  namespaces: () => [namespace],
  pods: (filter) => selectPods([pod], filter ?? {}, () => 'Deployment/web'),
});

describe('what is live in the cluster', () => {
  it.each<[ObjectSelector, boolean]>([
    [{ type: 'node', node: 'node-1' }, true],
    [{ type: 'node', node: 'node-2' }, false],
    [{ type: 'ns', namespace: 'shop' }, true],
    [{ type: 'ns', namespace: 'shop', visibleNamespaces: ['bank'] }, false],
    [{ type: 'ns', namespace: 'bank' }, false],
    [{ type: 'pod', pod: 'web-1' }, true],
    [{ type: 'pod', pod: 'web' }, false],
    [{ type: 'pod', pod: 'web-1', namespace: 'bank' }, false],
    [{ type: 'pod', pod: 'web-1', visibleNamespaces: ['bank'] }, false],
    [{ type: 'pod', workload: 'Deployment/web', namespace: 'shop' }, true],
    [{ type: 'pod', workload: 'Deployment/cart' }, false],
    [{ type: 'pod', node: 'node-1', visibleNamespaces: ['shop'] }, true],
    [{ type: 'pod_container', pod: 'web-1', container: 'app' }, true],
    [{ type: 'pod_container', pod: 'web-1', container: 'side' }, false],
    [{ type: 'sys_container', container: 'kubelet' }, false],
    [{ type: 'pod', pod: 'web-1', resource: '/' }, false],
  ])('is %j: %s', (select, expected) => {
    expect(live.has(select)).toBe(expected);
  });

  it.each<[ObjectSelector, number]>([
    [{ type: 'cluster' }, 1],
    [{ type: 'node' }, 2],
    [{ type: 'node', node: 'node-1' }, 1],
    [{ type: 'node', matchesLabels: ({ zone }) => zone === 'a' }, 1],
    [{ type: 'ns' }, 1],
    [{ type: 'ns', visibleNamespaces: ['a', 'b'] }, 2],
    [{ type: 'pod' }, 1],
    [{ type: 'pod', namespace: 'none' }, 1],
    [{ type: 'pod_container' }, 1],
    [{ type: 'pod_container', container: 'none' }, 1],
    [{ type: 'sys_container' }, 8],
    [{ type: 'sys_container', node: 'node-1', container: 'kubelet' }, 1],
  ])('counts for %j: %d', (select, expected) => {
    expect(live.count(select)).toBe(expected);
  });
});
