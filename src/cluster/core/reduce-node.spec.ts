import { describe, expect, it } from '@jest/globals';
import { Interner } from './interner.js';
import { reduceNamespace } from './reduce-namespace.js';
import { reduceNode } from './reduce-node.js';
import { reduceWorkload } from './reduce-workload.js';

describe('reduceNode', () => {
  it('keeps what is used of a node', () => {
    const raw = {
      metadata: { name: 'node-1', uid: 'u1', creationTimestamp: '2026-01-05T09:30:00Z', labels: { zone: 'a' } },
      spec: {
        providerID: 'aws:///eu-west-1a/i-0abc',
        unschedulable: true,
        taints: [{ key: 'dedicated', effect: 'NoSchedule' }],
      },
      status: {
        addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
        capacity: { cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '1k', 'example.com/gpu': '2' },
        allocatable: { cpu: '3900m', memory: '7Gi' },
        conditions: [
          { type: 'Ready', status: 'True', reason: 'KubeletReady', lastTransitionTime: '2026-01-05T09:31:00Z' },
        ],
        daemonEndpoints: { kubeletEndpoint: { Port: 10_350 } },
        nodeInfo: {
          kubeletVersion: 'v1.34.1',
          architecture: 'arm64',
          machineID: 'm1',
          systemUUID: 's1',
          bootID: '',
          swap: { capacity: 4096 },
        },
      },
    };
    expect(reduceNode(raw, new Interner())).toEqual({
      name: 'node-1',
      uid: 'u1',
      createdAtMs: Date.UTC(2026, 0, 5, 9, 30),
      labels: { zone: 'a' },
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
      kubeletPort: 10_350,
      capacity: {
        cpuMillicores: 4000,
        memoryBytes: 8 * 2 ** 30,
        ephemeralStorageBytes: 1000,
        extended: { 'example.com/gpu': 2 },
        pods: 110,
      },
      allocatable: { cpuMillicores: 3900, memoryBytes: 7 * 2 ** 30 },
      taints: [{ key: 'dedicated', effect: 'NoSchedule' }],
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', changedAtMs: Date.UTC(2026, 0, 5, 9, 31) }],
      isReady: true,
      unschedulable: true,
      versions: {
        kubelet: 'v1.34.1',
        containerRuntime: '',
        kernel: '',
        osImage: '',
        operatingSystem: '',
        architecture: 'arm64',
      },
      identity: { machineId: 'm1', systemUuid: 's1', providerId: 'aws:///eu-west-1a/i-0abc' },
      swapBytes: 4096,
    });
  });

  it.each(['False', 'Unknown'])('takes a node whose condition Ready is %s for not ready', (status) => {
    const raw = { metadata: { name: 'n' }, status: { conditions: [{ type: 'Ready', status }] } };
    expect(reduceNode(raw, new Interner())).toMatchObject({ isReady: false, kubeletPort: 10_250 });
  });
});

describe('reduceNamespace', () => {
  it('keeps its phase and labels', () => {
    const raw = { metadata: { name: 'shop', uid: 'u', labels: { team: 'x' } }, status: { phase: 'Terminating' } };
    expect(reduceNamespace(raw, new Interner())).toEqual({
      name: 'shop',
      uid: 'u',
      phase: 'Terminating',
      createdAtMs: 0,
      labels: { team: 'x' },
    });
  });
});

describe('reduceWorkload', () => {
  const metadata = { name: 'web', namespace: 'shop', uid: 'u' };

  it.each([
    ['Deployment', { metadata, spec: { replicas: 3 } }, 3],
    ['Deployment', { metadata, spec: { replicas: 0 } }, 0],
    ['DaemonSet', { metadata, spec: {}, status: { desiredNumberScheduled: 5 } }, 5],
    ['ReplicaSet', { metadata }, undefined],
  ])('reads how many pods a %s wants from %j', (kind, raw, desiredPods) => {
    expect(reduceWorkload(kind, raw, new Interner())?.desiredPods).toBe(desiredPods);
  });
});
