import { describe, expect, it } from '@jest/globals';
import type { MetricObject } from '../../metrics/core/sample.js';
import { identityOf, ObjectSlots } from './object-slots.js';

const web = { node: 'node-1', namespace: 'shop', pod: 'web-1', podUid: 'uid-1', workload: 'Deployment/web' };
const twin = { ...web, pod: 'web-2' };
const objects: readonly MetricObject[] = [
  { type: 'cluster' },
  { type: 'ns', namespace: 'shop' },
  { type: 'node', node: 'node-1', labels: { zone: 'a' } },
  { type: 'node', node: 'node-1', resource: '/' },
  { type: 'sys_container', node: 'node-1', container: 'kubelet' },
  { type: 'pod', ...web },
  { type: 'pod', ...web, resource: 'logs' },
  { type: 'pod_container', ...web, container: 'logs' },
  { type: 'pod_container', ...web, container: 'logs', resource: '/' },
  { type: 'pod_container', ...web, container: 'logs', resource: 'logs' },
  { type: 'pod', ...twin },
  { type: 'pod_container', ...twin, container: 'logs' },
];

describe('ObjectSlots', () => {
  it('tells apart a container and a resource of one name, and pods of one uid, and finds each again', () => {
    const slots = new ObjectSlots();
    const made = objects.map((object) => slots.at(object));
    expect(new Set(made).size).toBe(objects.length);
    expect(objects.map((object) => made.indexOf(slots.at({ ...object })))).toEqual([...objects.keys()]);
    expect(made.map((slot) => made.indexOf(slots.at(identityOf(slot))))).toEqual([...objects.keys()]);
  });

  it('gives back the whole identity', () => {
    const slots = new ObjectSlots();
    for (const object of objects) expect(identityOf(slots.at(object))).toMatchObject(object);
  });

  it('notes the labels of each object for itself: a part that is met without its owner keeps to its own', () => {
    const slots = new ObjectSlots();
    const [pod, container] = [
      slots.at({ type: 'pod', ...web }),
      slots.at({ type: 'pod_container', ...web, container: 'app' }),
    ];
    const newer: MetricObject = { type: 'pod_container', ...web, container: 'app', labels: { track: 'stable' } };
    expect(container.isAs(newer)).toBe(false);
    container.take(newer);
    expect([pod.isAs(newer), container.isAs(newer)]).toEqual([false, true]);
    expect(identityOf(container)).toMatchObject(newer);
  });

  it('lets parts take part in what their owner has taken', () => {
    const slots = new ObjectSlots();
    const pod: MetricObject = { type: 'pod', ...web, labels: { track: 'stable' } };
    const [owner, part] = [slots.at({ type: 'pod', ...web }), slots.at({ type: 'pod', ...web, resource: '/' })];
    owner.take(pod);
    expect(part.isAs(pod)).toBe(false);
    part.take({ ...pod, resource: '/' });
    expect(part.subject).toBe(owner.subject);
  });
});
