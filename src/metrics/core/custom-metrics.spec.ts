import { describe, expect, it } from '@jest/globals';
import { customNames, customPoint, type CustomPoint, customSamples } from './custom-metrics.js';
import type { ExposedType } from './exposition-reader.js';
import { metricsOf } from './metric-catalogue.js';
import type { MetricObject, Sample } from './sample.js';

const UID = '35f4f325-ba78-4326-8f27-d51f7a080c56';
const CGROUP = `/kubepods/burstable/pod${UID}`;
const SLICE = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID.replaceAll('-', '_')}.slice`;
const POD = { namespace: 'shop', pod: 'web-1' };

const point = (name: string, labels: Record<string, string>, type: ExposedType = 'gauge'): CustomPoint | undefined =>
  customPoint({ name, labels: new Map(Object.entries(labels)), value: 5, atMs: 7 }, type);

describe('which metrics of cAdvisor are meant', () => {
  const isMeant = customNames(['container_threads', 'container_network_*']);
  it.each([
    ['container_threads', true],
    ['container_threads_max', false],
    ['container_network_tcp_usage_total', true],
    ['container_', false],
  ])('%s: %p', (name, expected) => {
    expect(isMeant(name)).toBe(expected);
  });
});

describe('what a value of cAdvisor is about', () => {
  const pod = { namespace: 'shop', name: 'web-1', uid: UID };
  it.each<[string, string, Record<string, string>, Partial<CustomPoint> | undefined]>([
    [
      'the node, by the root cgroup',
      'container_threads',
      { id: '/', container: '', pod: '' },
      { resource: 'Custom:container_threads' },
    ],
    [
      'the node, by a machine metric',
      'machine_cpu_cores',
      { boot_id: 'b', machine_id: 'm' },
      { resource: 'Custom:machine_cpu_cores' },
    ],
    ['nothing that is kept, by a cgroup of pods', 'container_threads', { id: '/kubepods' }, undefined],
    ['a pod, by its cgroup', 'container_threads', { ...POD, id: CGROUP, container: '' }, { pod }],
    ["a pod, by systemd's slice", 'container_threads', { ...POD, id: SLICE }, { pod }],
    [
      'a container',
      'container_threads',
      { ...POD, id: `${CGROUP}/abc`, container: 'app', image: 'i', name: 'abc' },
      { pod, container: 'app' },
    ],
    [
      'nothing that is kept, by a sandbox',
      'container_threads',
      { ...POD, id: `${CGROUP}/abc`, container: '', name: 'abc' },
      undefined,
    ],
    [
      'a pod, by the network of its sandbox',
      'container_network_x',
      { ...POD, id: `${CGROUP}/abc`, container: 'POD' },
      { pod, resource: 'Custom:container_network_x' },
    ],
    [
      'one of several, by its other labels in order',
      'x',
      { id: '/', tcp_state: 'a"b', interface: 'eth0', empty: '' },
      { resource: 'Custom:x{interface="eth0",tcp_state="a\\"b"}' },
    ],
    ['a pod whose cgroup is not told', 'x', { ...POD }, { pod: { ...pod, uid: undefined } }],
  ])('%s', (_, name, labels, expected) => {
    const found = point(name, labels);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject({ value: 5, atMs: 7, isCounter: false, ...expected });
    if (expected && !expected.pod) expect(found?.pod).toBeUndefined();
    if (expected && !expected.container) expect(found?.container).toBeUndefined();
  });

  it('is left out when its labels would make a name that is too long', () => {
    expect(point('x', { id: '/', device: 'd'.repeat(400) })).toBeUndefined();
  });
});

describe('the samples of custom metrics', () => {
  const labels = { app: 'web' };
  const node: MetricObject = { type: 'node', node: 'node-1' };
  const web: MetricObject = { type: 'pod', node: 'node-1', ...POD, podUid: 'u1', workload: 'Deployment/web', labels };
  const app: MetricObject = { ...web, type: 'pod_container', container: 'app' };
  const sampleOf = (object: MetricObject): Sample => ({ object, sampledAtMs: 1, values: [] });
  const own = [
    node,
    web,
    app,
    { ...web, resource: 'Volume:data' },
    { type: 'sys_container', node: 'node-1', container: 'pods' } as const,
  ].map(sampleOf);
  const pod = { namespace: 'shop', name: 'web-1', uid: 'u1' };
  const told = { resource: 'Custom:x', isCounter: false, value: 5, atMs: 7 };

  it('stand at the objects that the node has, each value at its kind', () => {
    const points = [told, { ...told, pod }, { ...told, pod, container: 'app', isCounter: true }];
    const made = customSamples(own, points);
    expect(made.map(({ object }) => object)).toEqual(
      [node, web, app].map((object) => ({ ...object, resource: 'Custom:x' })),
    );
    expect(metricsOf('pod', 'custom').map(({ name }) => name)).toEqual(['custom/value', 'custom/accumulated']);
    expect(made.map(({ values }) => values)).toEqual([
      [5, Number.NaN],
      [5, Number.NaN],
      [Number.NaN, 5],
    ]);
    expect(made[0]?.sampledAtMs).toBe(7);
  });

  it('are not made for pods and containers that the node does not have', () => {
    expect(
      customSamples(own, [
        { ...told, pod: { ...pod, name: 'gone' } },
        { ...told, pod, container: 'pods' },
      ]),
    ).toEqual([]);
  });

  it('are those of the right one of two pods of one name', () => {
    const again = sampleOf({ ...web, podUid: 'u2' });
    const made = customSamples(
      [...own, again],
      [
        { ...told, pod: { ...pod, uid: 'u2' } },
        { ...told, pod: { ...pod, uid: 'u3' } },
      ],
    );
    expect(made.map(({ object }) => object.podUid)).toEqual(['u2']);
  });

  it('are one each, the last that was told', () => {
    expect(customSamples(own, [told, { ...told, value: 6 }]).map(({ values }) => values[0])).toEqual([6]);
  });
});
