import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ClusterPod, Owner, WorkloadObject } from './core/cluster-objects.js';
import { countWorkloads } from './core/count-workloads.js';
import { WatchCache } from './watch-cache.js';

const [DEPLOYMENT, CRON_JOB]: Owner[] = [
  { kind: 'Deployment', name: 'web' },
  { kind: 'CronJob', name: 'report' },
];

let cache: WatchCache;

beforeEach(() => {
  cache = new WatchCache();
});

function aPod(name: string, fields: Partial<ClusterPod> = {}): ClusterPod {
  return {
    namespace: 'shop',
    name,
    uid: `uid-${name}`,
    phase: 'Running',
    isReady: true,
    isTerminating: false,
    createdAtMs: 0,
    labels: {},
    hostNetwork: false,
    containers: [],
    ...fields,
  };
}

function put(kind: string, name: string, owner?: Owner, namespace = 'shop'): void {
  const object: WorkloadObject = {
    kind,
    namespace,
    name,
    uid: `uid-${name}`,
    createdAtMs: 0,
    labels: {},
    ...(owner ? { owner } : {}),
  };
  cache.ownersOf(kind).put(object);
}

describe('WatchCache.workloadOf', () => {
  it.each([
    ['a Deployment through its ReplicaSet', { kind: 'ReplicaSet', name: 'web-1' }, DEPLOYMENT],
    ['a CronJob through its Job', { kind: 'Job', name: 'report-1' }, CRON_JOB],
    ['a ReplicaSet on its own', { kind: 'ReplicaSet', name: 'lone' }, { kind: 'ReplicaSet', name: 'lone' }],
    [
      'a ReplicaSet that is not known',
      { kind: 'ReplicaSet', name: 'unknown' },
      { kind: 'ReplicaSet', name: 'unknown' },
    ],
    ['a StatefulSet', { kind: 'StatefulSet', name: 'db' }, { kind: 'StatefulSet', name: 'db' }],
    ['a custom controller', { kind: 'Rollout', name: 'x' }, { kind: 'Rollout', name: 'x' }],
    ['nothing for a static pod', { kind: 'Node', name: 'node-1' }, undefined],
    ['nothing for a pod on its own', undefined, undefined],
  ] as const)('names %s', (_, owner, workload) => {
    put('ReplicaSet', 'web-1', DEPLOYMENT);
    put('ReplicaSet', 'lone');
    put('Job', 'report-1', CRON_JOB);
    expect(cache.workloadOf(aPod('p', owner ? { owner } : {}))).toEqual(workload);
  });

  it('does not take the ReplicaSet of another namespace', () => {
    put('ReplicaSet', 'web-1', DEPLOYMENT, 'other');
    expect(cache.workloadOf(aPod('p', { owner: { kind: 'ReplicaSet', name: 'web-1' } }))?.kind).toBe('ReplicaSet');
  });

  it('names the Deployment when its ReplicaSet comes after the pod', () => {
    const pod = aPod('p', { owner: { kind: 'ReplicaSet', name: 'web-1' } });
    cache.pods.put(pod);
    expect(cache.podsOfWorkload('Deployment/web')).toEqual([]);
    put('ReplicaSet', 'web-1', DEPLOYMENT);
    expect(cache.podsOfWorkload('Deployment/web')).toEqual([pod]);
    expect(cache.podsOfWorkload('ReplicaSet/web-1')).toEqual([]);
  });
});

describe('WatchCache.pods', () => {
  const names = (pods: readonly ClusterPod[]): string[] => pods.map(({ namespace, name }) => `${namespace}/${name}`);

  it('gives pods by namespace and name, also where one namespace begins with the name of another', () => {
    for (const namespace of ['a-b', 'a', 'b']) for (const name of ['x', 'w']) cache.pods.put(aPod(name, { namespace }));
    expect(names(cache.pods.all())).toEqual(['a/w', 'a/x', 'a-b/w', 'a-b/x', 'b/w', 'b/x']);
  });

  it('moves a pod to the node that it was scheduled to', () => {
    cache.pods.put(aPod('p'));
    cache.pods.put(aPod('p', { node: 'node-1' }));
    expect(names(cache.pods.by('node', 'node-1'))).toEqual(['shop/p']);
    cache.pods.delete({ namespace: 'shop', name: 'p' });
    expect(cache.pods.by('node', 'node-1')).toEqual([]);
    expect(cache.pods.all()).toEqual([]);
  });

  it('replaces everything in one step', () => {
    for (const name of ['gone', 'stays']) cache.pods.put(aPod(name, { node: 'node-1' }));
    cache.pods.replaceAll([aPod('stays', { node: 'node-2' }), aPod('new', { node: 'node-1' })]);
    expect(names(cache.pods.by('node', 'node-1'))).toEqual(['shop/new']);
    expect(names(cache.pods.by('node', 'node-2'))).toEqual(['shop/stays']);
    expect(cache.pods.size).toBe(2);
  });
});

describe('countWorkloads', () => {
  it('counts the pods of what was deployed, by namespace, kind and name', () => {
    put('Deployment', 'web');
    put('Deployment', 'asleep');
    put('ReplicaSet', 'web-1', DEPLOYMENT);
    const owner = { kind: 'ReplicaSet', name: 'web-1' };
    cache.pods.put(aPod('a', { owner }));
    cache.pods.put(aPod('b', { owner, isReady: false }));
    cache.pods.put(aPod('c', { owner, phase: 'Failed' }));
    cache.pods.put(aPod('d', { owner: { kind: 'Rollout', name: 'x' } }));
    cache.pods.put(aPod('e'));
    const workloads = countWorkloads(cache.outermostOwners(), cache.pods.all(), (pod) => cache.workloadOf(pod));
    expect(workloads.map(({ kind, name, pods, readyPods }) => [kind, name, pods, readyPods])).toEqual([
      ['Deployment', 'asleep', 0, 0],
      ['Deployment', 'web', 2, 1],
      ['Rollout', 'x', 1, 1],
    ]);
  });
});
