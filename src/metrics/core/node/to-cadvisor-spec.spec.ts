import { describe, expect, it } from '@jest/globals';
import type { PodContainer, Resources } from '../../../cluster/core/cluster-objects.js';
import type { NodeEntry } from './node-entries.js';
import { toCadvisorSpec } from './to-cadvisor-spec.js';

const pod = { type: 'pod', namespace: 'shop', pod: 'web', podUid: 'u' } as const;
const capacity: Resources = { cpuMillicores: 8000, memoryBytes: 1e9 };

function aContainer(type: PodContainer['type'], requests: Resources, limits: Resources): PodContainer {
  return { name: type, type, image: 'i', requests, limits, restartCount: 0, isReady: true, state: 'running' };
}

function ofPod(...containers: PodContainer[]): NodeEntry {
  const known = { pod: { ...pod, name: 'web', uid: 'u', containers } } as unknown as NonNullable<NodeEntry['known']>;
  return { path: '/pods/shop/web', object: pod, moments: [], known };
}

describe("cAdvisor's spec", () => {
  it.each([
    [{ cpuMillicores: 250 }, { cpuMillicores: 500 }, { limit: 256, quota: 50_000, period: 100_000 }],
    [{ cpuMillicores: 1 }, {}, { limit: 2 }],
    [{}, {}, { limit: 2 }],
  ])('of a container that requests %j of at most %j has cpu %j', (requests, limits, cpu) => {
    const container = aContainer('main', requests, limits);
    const object = { ...pod, type: 'pod_container', container: 'main' } as const;
    expect(toCadvisorSpec({ path: '', object, moments: [], container }, capacity).cpu).toEqual(cpu);
  });

  it('of a pod is the sum of what runs together, without a limit when one of these has none', () => {
    const main = aContainer('main', { memoryBytes: 100 }, { memoryBytes: 200 });
    const sidecar = aContainer('sidecar', {}, { memoryBytes: 50 });
    const init = aContainer('init', { memoryBytes: 999 }, {});
    expect(toCadvisorSpec(ofPod(main, sidecar, init), capacity).memory).toEqual({ limit: 250, reservation: 100 });
    expect(toCadvisorSpec(ofPod(main, aContainer('main', {}, {})), capacity).memory).toEqual({ reservation: 100 });
  });

  it('of the node is all that it has', () => {
    const spec = toCadvisorSpec({ path: '/', object: { type: 'node', node: 'n' }, moments: [] }, capacity);
    expect(spec).toMatchObject({ cpu: { limit: 8192 }, memory: { limit: 1e9 } });
    expect(spec.labels).toBeUndefined();
  });

  it('of what is gone knows what was measured alone', () => {
    const metrics = { 'cpu/usage': 5, start_time: 1000, 'network/rx': 1 };
    expect(toCadvisorSpec({ path: '', object: pod, moments: [{ atMs: 1, metrics, resources: [] }] }, capacity)).toEqual(
      {
        creation_time: '1970-01-01T00:00:01.000Z',
        labels: expect.objectContaining({ 'io.kubernetes.container.name': 'POD' }),
        has_cpu: true,
        has_memory: false,
        has_network: true,
        has_filesystem: false,
        has_diskio: false,
        has_processes: false,
        has_custom_metrics: false,
      },
    );
  });
});
