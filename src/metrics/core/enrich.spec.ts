import { describe, expect, it } from '@jest/globals';
import { enrichNode } from './enrich.js';
import type { ContainerFacts, NodeFacts, PodFacts } from './facts.js';
import { metricIndex, metricsOfObject } from './metric-catalogue.js';
import type { ObjectType, Sample } from './sample.js';
import { aBusySummary, aSummary, decodeJson, type PodGiven, uidOf } from './testdata/summary.js';

const NODE: NodeFacts = {
  name: 'n1',
  labels: { zone: 'a' },
  capacity: {},
  allocatable: { cpuMillicores: 2000, memoryBytes: 8_010_000_000 },
};

function aPod(name: string, containers: readonly ContainerFacts[], rest: Partial<PodFacts> = {}): PodFacts {
  return {
    namespace: 'default',
    name,
    uid: uidOf(name),
    node: 'n1',
    phase: 'Running',
    labels: { app: name },
    containers,
    ...rest,
  };
}

function samples(pods: PodGiven[], facts: PodFacts[] | undefined, node: NodeFacts | undefined = NODE): Sample[] {
  return enrichNode(decodeJson(aSummary({ pods }), 'n1'), node, facts);
}

function find(all: readonly Sample[], type: ObjectType, pod?: string, container?: string): Sample | undefined {
  return all.find(
    ({ object }) =>
      object.type === type && object.pod === pod && object.container === container && object.resource === undefined,
  );
}

const value = (sample: Sample | undefined, metric: string): number | undefined =>
  sample?.values[metricIndex(sample.object.type, metric)];

const app = (name: string, rest: Partial<ContainerFacts> = {}): ContainerFacts => ({
  name,
  type: 'main',
  requests: {},
  limits: {},
  restartCount: 0,
  ...rest,
});

describe('enrichNode', () => {
  it('gives a pod its workload, labels and uid, and its containers too', () => {
    const facts = aPod('web', [app('main')], { workload: 'Deployment/web' });
    const all = samples([{ name: 'web', containers: [{ name: 'main' }] }], [facts]);
    const identity = { node: 'n1', namespace: 'default', pod: 'web', podUid: uidOf('web') };
    const known = { ...identity, workload: 'Deployment/web', labels: { app: 'web' } };
    expect(find(all, 'pod', 'web')?.object).toEqual({ type: 'pod', ...known });
    expect(find(all, 'pod_container', 'web', 'main')?.object).toEqual({
      type: 'pod_container',
      ...known,
      container: 'main',
    });
  });

  it('gives the node its labels', () => {
    expect(find(samples([], []), 'node')?.object).toEqual({ type: 'node', node: 'n1', labels: { zone: 'a' } });
  });

  it('passes a pod on that the cluster does not know, with nothing said of requests', () => {
    const all = samples([{ name: 'web', cpuNs: 5, containers: [{ name: 'main' }] }], []);
    expect(find(all, 'pod', 'web')?.object.workload).toBeUndefined();
    expect(value(find(all, 'pod', 'web'), 'cpu/usage')).toBe(5);
    expect(value(find(all, 'pod', 'web'), 'cpu/request')).toBeNaN();
  });

  it('does not give a pod the facts of another one of the same name', () => {
    const other = aPod('web', [app('main', { requests: { cpuMillicores: 50 } })], { uid: uidOf('newer') });
    const all = samples([{ name: 'web', containers: [{ name: 'main' }] }], [other]);
    const pods = all.filter(({ object }) => object.type === 'pod');
    expect(pods.map((pod) => [pod.object.podUid, value(pod, 'cpu/request')])).toEqual([
      [uidOf('web'), NaN],
      [uidOf('newer'), 50],
    ]);
  });

  it('joins a static pod by the uid of its file and names it by the uid of its mirror', () => {
    const mirror = aPod('etcd', [app('etcd', { requests: { cpuMillicores: 100 } })], {
      uid: 'mirror',
      staticUid: uidOf('etcd'),
    });
    const pods = samples([{ name: 'etcd', cpuNs: 5 }], [mirror]).filter(({ object }) => object.type === 'pod');
    expect(pods.map((pod) => [pod.object.podUid, value(pod, 'cpu/usage'), value(pod, 'cpu/request')])).toEqual([
      ['mirror', 5, 100],
    ]);
  });

  it.each([
    ['no container has a request or a limit', [{}, {}], [0, NaN, 0, NaN]],
    [
      'one container has them',
      [{ requests: { cpuMillicores: 100, memoryBytes: 30 }, limits: { cpuMillicores: 200, memoryBytes: 40 } }, {}],
      [100, 200, 30, 40],
    ],
    [
      'both have them',
      [
        { requests: { cpuMillicores: 100, memoryBytes: 30 }, limits: { cpuMillicores: 200, memoryBytes: 40 } },
        { requests: { cpuMillicores: 0.5, memoryBytes: 2 }, limits: { cpuMillicores: 1, memoryBytes: 3 } },
      ],
      [100.5, 201, 32, 43],
    ],
  ])('sums the requests and limits of a pod of which %s', (_, given, expected) => {
    const facts = aPod(
      'web',
      given.map((one, index) => app(`c${index}`, one)),
    );
    const pod = find(samples([{ name: 'web' }], [facts]), 'pod', 'web');
    expect(['cpu/request', 'cpu/limit', 'memory/request', 'memory/limit'].map((name) => value(pod, name))).toEqual(
      expected,
    );
  });

  it.each<[string, Partial<PodFacts>, (number | undefined)[]]>([
    [
      'what it asks for as a whole, in place of the sum',
      { resources: { requests: { cpuMillicores: 400 }, limits: { memoryBytes: 90 } } },
      [400, NaN, 30, 90],
    ],
    [
      'the overhead of its runtime class, added to a limit where there is one',
      { overhead: { cpuMillicores: 250, memoryBytes: 5 } },
      [350, NaN, 35, 45],
    ],
    [
      'both',
      { resources: { requests: { cpuMillicores: 400 }, limits: {} }, overhead: { cpuMillicores: 250 } },
      [650, NaN, 30, 40],
    ],
    [
      'nothing of both once it has ended',
      {
        phase: 'Failed',
        resources: { requests: { cpuMillicores: 400 }, limits: {} },
        overhead: { cpuMillicores: 250 },
      },
      [NaN, NaN, NaN, NaN],
    ],
  ])('counts of a pod %s', (_, rest, expected) => {
    const main = app('main', { requests: { cpuMillicores: 100, memoryBytes: 30 }, limits: { memoryBytes: 40 } });
    const all = samples([{ name: 'web' }], [aPod('web', [main], rest)]);
    const names = ['cpu/request', 'cpu/limit', 'memory/request', 'memory/limit'];
    expect(names.map((name) => value(find(all, 'pod', 'web'), name))).toEqual(expected);
    expect(value(find(all, 'node'), 'cpu/request')).toBe(Number.isNaN(expected[0]) ? 0 : expected[0]);
  });

  it('counts sidecars but not init containers in the pod, and shows an init container while it runs', () => {
    const facts = aPod('web', [
      app('setup', { type: 'init', requests: { cpuMillicores: 500 }, restartCount: 9 }),
      app('proxy', { type: 'sidecar', requests: { cpuMillicores: 20 }, restartCount: 1 }),
      app('main', { requests: { cpuMillicores: 100 }, restartCount: 2 }),
    ]);
    const all = samples([{ name: 'web', containers: [{ name: 'setup' }] }], [facts]);
    expect(value(find(all, 'pod', 'web'), 'cpu/request')).toBe(120);
    expect(value(find(all, 'pod', 'web'), 'restart_count')).toBe(3);
    expect(value(find(all, 'pod_container', 'web', 'setup'), 'cpu/request')).toBe(500);
  });

  it('shows containers and pods that the kubelet does not report yet, with their requests and no figures', () => {
    const facts = [
      aPod('web', [app('main'), app('late', { requests: { memoryBytes: 7 } }), app('setup', { type: 'init' })]),
      aPod('pending', [app('main', { requests: { cpuMillicores: 10 } })], { phase: 'Pending' }),
    ];
    const all = samples([{ name: 'web', containers: [{ name: 'main' }] }], facts);
    expect(value(find(all, 'pod_container', 'web', 'late'), 'memory/request')).toBe(7);
    expect(find(all, 'pod_container', 'web', 'late')?.sampledAtMs).toBeUndefined();
    expect(find(all, 'pod_container', 'web', 'setup')).toBeUndefined();
    expect(value(find(all, 'pod', 'pending'), 'cpu/request')).toBe(10);
    expect(value(find(all, 'pod', 'pending'), 'memory/usage')).toBeNaN();
    expect(value(find(all, 'node'), 'cpu/request')).toBe(10);
  });

  it.each(['Succeeded', 'Failed'] as const)('counts no requests of a pod that has %s', (phase) => {
    const facts = ['done', 'gone'].map((name) =>
      aPod(name, [app('main', { requests: { cpuMillicores: 10 }, restartCount: 4 })], { phase }),
    );
    const all = samples([{ name: 'done', memoryBytes: 5_000_000, containers: [{ name: 'main' }] }], facts);
    expect(value(find(all, 'pod', 'done'), 'memory/working_set')).toBe(5_000_000);
    expect(value(find(all, 'pod', 'done'), 'cpu/request')).toBeNaN();
    expect(value(find(all, 'pod_container', 'done', 'main'), 'cpu/request')).toBeNaN();
    expect(value(find(all, 'pod', 'done'), 'restart_count')).toBe(4);
    expect(value(find(all, 'node'), 'cpu/request')).toBe(0);
    expect(find(all, 'pod', 'gone')).toBeUndefined();
  });

  it('gives the memory utilization by usage and the reservation by requests', () => {
    const facts = aPod('web', [app('main', { requests: { memoryBytes: 2_002_500_000 } })]);
    const node = find(samples([{ name: 'web' }], [facts]), 'node');
    expect(value(node, 'memory/node_utilization')).toBe(0.5);
    expect(value(node, 'memory/node_reservation')).toBe(0.25);
  });

  it('says nothing of requests and reservation while the pods of the cluster are not known', () => {
    const node = find(samples([], undefined), 'node');
    expect(value(node, 'cpu/request')).toBeNaN();
    expect(value(node, 'cpu/node_reservation')).toBeNaN();
    expect(value(node, 'cpu/node_allocatable')).toBe(2000);
  });

  it('has no ratios for a node without allocatable resources', () => {
    const node = find(
      samples([], [], { name: 'n1', labels: {}, capacity: {}, allocatable: { cpuMillicores: 0 } }),
      'node',
    );
    expect(value(node, 'cpu/node_allocatable')).toBe(0);
    expect(value(node, 'cpu/node_reservation')).toBeNaN();
  });

  it('takes the sum of the containers where the kubelet has no figure of the pod', () => {
    const containers = ['a', 'b'].map((name) => ({ name, memoryBytes: 5_000_000 }));
    const [both, one] = [
      samples([{ name: 'web', containers }], []),
      samples([{ name: 'web', containers: [...containers, { name: 'c' }] }], []),
    ].map((all) => find(all, 'pod', 'web'));
    expect(value(both, 'memory/working_set')).toBe(10_000_000);
    expect(value(one, 'memory/working_set')).toBeNaN();
  });

  it("takes the pod's own figure rather than the sum of its containers", () => {
    const pod = { name: 'web', memoryBytes: 7_000_000, containers: [{ name: 'a', memoryBytes: 5_000_000 }] };
    expect(value(find(samples([pod], []), 'pod', 'web'), 'memory/working_set')).toBe(7_000_000);
  });

  it('gives each file system and each interface of the node a sample of its own', () => {
    const all = samples([{ name: 'web', volumes: ['data'], containers: [{ name: 'main' }] }], []);
    const resources = all.filter(({ object }) => object.resource !== undefined);
    expect(resources.map(({ object }) => [object.type, object.resource])).toEqual([
      ['pod', 'Volume:data'],
      ['pod_container', '/'],
      ['pod_container', 'logs'],
      ['node', '/'],
      ['node', 'imageFs'],
      ['node', 'Interface:eth0'],
      ['node', 'Interface:tunl0'],
    ]);
    expect(resources[0]?.values[metricIndex('pod', 'filesystem/limit')]).toBe(100_000_000_000);
    expect(resources[0]?.values[metricIndex('pod', 'filesystem/usage')]).toBe(4096);
  });

  it('has as many values in each sample as its type has metrics', () => {
    for (const { object, values } of enrichNode(decodeJson(aBusySummary('n1', 5, 1_767_300_000_000), 'n1'), NODE, [])) {
      expect(values.length).toBe(metricsOfObject(object).length);
    }
  });

  it('counts extended resources: what pods request, what the node has, and a zero where nobody asks', () => {
    const gpus = (count: number) => app('main', { requests: { extended: { 'nvidia.com/gpu': count } } });
    const node = {
      ...NODE,
      capacity: { extended: { 'nvidia.com/gpu': 8, 'xilinx.com/fpga': 1 } },
      allocatable: { extended: { 'nvidia.com/gpu': 7, 'xilinx.com/fpga': 1 } },
    };
    const all = samples(
      [{ name: 'a', containers: [{ name: 'main' }] }],
      [aPod('a', [gpus(1)]), aPod('b', [gpus(2)])],
      node,
    );
    const amounts = all
      .filter(({ object }) => object.resource?.startsWith('Extended:'))
      .map(({ object, values }) => [object.type, object.pod, object.resource, ...values]);
    expect(amounts).toEqual([
      ['pod', 'a', 'Extended:nvidia.com/gpu', 1],
      ['pod_container', 'a', 'Extended:nvidia.com/gpu', 1],
      ['pod', 'b', 'Extended:nvidia.com/gpu', 2],
      ['pod_container', 'b', 'Extended:nvidia.com/gpu', 2],
      ['node', undefined, 'Extended:nvidia.com/gpu', 3, 8, 7],
      ['node', undefined, 'Extended:xilinx.com/fpga', 0, 1, 1],
    ]);
  });

  it('shares the local storage as it does CPU and memory', () => {
    const facts = aPod('web', [
      app('main', { requests: { ephemeralStorageBytes: 30 }, limits: { ephemeralStorageBytes: 60 } }),
    ]);
    const node = {
      ...NODE,
      capacity: { ephemeralStorageBytes: 120_000_000_000 },
      allocatable: { ephemeralStorageBytes: 100_000_000_000 },
    };
    const all = samples([{ name: 'web' }], [facts], node);
    expect(value(find(all, 'pod', 'web'), 'ephemeral_storage/limit')).toBe(60);
    expect(value(find(all, 'node'), 'ephemeral_storage/request')).toBe(30);
    expect(value(find(all, 'node'), 'ephemeral_storage/node_utilization')).toBe(0.2);
    expect(value(find(all, 'node'), 'ephemeral_storage/node_reservation')).toBe(3e-10);
  });
});
