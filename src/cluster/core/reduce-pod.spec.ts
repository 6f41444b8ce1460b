import { describe, expect, it } from '@jest/globals';
import { Interner } from './interner.js';
import { reducePod } from './reduce-pod.js';

const raw = {
  metadata: {
    name: 'web-1',
    namespace: 'shop',
    uid: 'u1',
    creationTimestamp: '2026-01-05T09:30:00Z',
    labels: { app: 'web' },
    ownerReferences: [
      { kind: 'Other', name: 'observer' },
      { kind: 'ReplicaSet', name: 'web-abc', controller: true },
    ],
    annotations: { large: 'thing', 'quartermaster.io/logs': 'false' },
  },
  spec: {
    nodeName: 'node-1',
    containers: [
      {
        name: 'app',
        image: 'web:1',
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
      },
      { name: 'odd', image: 'odd:1', resources: { requests: { cpu: 'nonsense' } } },
    ],
    initContainers: [
      { name: 'setup', image: 'setup:1' },
      { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' },
    ],
    ephemeralContainers: [{ name: 'debugger', image: 'tools:1' }],
  },
  status: {
    phase: 'Running',
    podIP: '10.1.1.1',
    startTime: '2026-01-05T09:30:01Z',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [
      {
        name: 'odd',
        ready: false,
        restartCount: 7,
        containerID: 'containerd://c7',
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { containerID: 'containerd://c7' } },
      },
      { name: 'app', ready: true, restartCount: 1, state: { running: { startedAt: '2026-01-05T09:30:05Z' } } },
    ],
    ephemeralContainerStatuses: [{ name: 'debugger', containerID: 'containerd://d1', state: { running: {} } }],
    initContainerStatuses: [{ name: 'setup', ready: true, state: { terminated: { reason: 'Completed' } } }],
  },
};

describe('reducePod', () => {
  it('keeps what is used of a pod and no more', () => {
    expect(reducePod(raw, new Interner())).toEqual({
      namespace: 'shop',
      name: 'web-1',
      uid: 'u1',
      node: 'node-1',
      phase: 'Running',
      isReady: true,
      isTerminating: false,
      createdAtMs: Date.UTC(2026, 0, 5, 9, 30, 0),
      startedAtMs: Date.UTC(2026, 0, 5, 9, 30, 1),
      labels: { app: 'web' },
      owner: { kind: 'ReplicaSet', name: 'web-abc' },
      ip: '10.1.1.1',
      hostNetwork: false,
      containers: [
        {
          name: 'app',
          type: 'main',
          image: 'web:1',
          requests: { cpuMillicores: 100, memoryBytes: 67_108_864 },
          limits: { memoryBytes: 134_217_728 },
          restartCount: 1,
          isReady: true,
          state: 'running',
          startedAtMs: Date.UTC(2026, 0, 5, 9, 30, 5),
        },
        {
          name: 'odd',
          type: 'main',
          image: 'odd:1',
          requests: {},
          limits: {},
          restartCount: 7,
          isReady: false,
          state: 'waiting',
          reason: 'CrashLoopBackOff',
          containerId: 'c7',
          endedContainerId: 'c7',
        },
        {
          name: 'setup',
          type: 'init',
          image: 'setup:1',
          requests: {},
          limits: {},
          restartCount: 0,
          isReady: true,
          state: 'terminated',
          reason: 'Completed',
        },
        {
          name: 'proxy',
          type: 'sidecar',
          image: 'proxy:1',
          requests: {},
          limits: {},
          restartCount: 0,
          isReady: false,
          state: 'unknown',
        },
      ],
      ephemeralContainers: [{ name: 'debugger', restartCount: 0, state: 'running', containerId: 'd1' }],
      otherImages: ['tools:1'],
      logsAnnotation: 'false',
    });
  });

  it('takes a pod that was only just made', () => {
    const fresh = { metadata: { name: 'a', namespace: 'b' }, spec: { containers: [{ name: 'c' }] }, status: {} };
    expect(reducePod(fresh, new Interner())).toMatchObject({ phase: 'Unknown', isReady: false, labels: {} });
    expect(reducePod(fresh, new Interner())).not.toHaveProperty('node');
  });

  it.each([{}, { metadata: { name: 'a' } }, { metadata: { namespace: 'b' } }])(
    'leaves out %j, which has no full name',
    (nameless) => {
      expect(reducePod(nameless, new Interner())).toBeUndefined();
    },
  );

  it('shares labels, owners and amounts between pods', () => {
    const interner = new Interner();
    const [one, other] = [1, 2].map(() => reducePod(structuredClone(raw), interner));
    expect(one?.labels).toBe(other?.labels);
    expect(one?.owner).toBe(other?.owner);
    expect(one?.containers[0]?.requests).toBe(other?.containers[0]?.requests);
  });

  it('keeps what a pod asks for as a whole and the overhead of its runtime class, where it has them', () => {
    const spec = { resources: { requests: { cpu: '400m' } }, overhead: { cpu: '250m', memory: '120Mi' } };
    expect(reducePod({ metadata: raw.metadata, spec }, new Interner())).toMatchObject({
      resources: { requests: { cpuMillicores: 400 }, limits: {} },
      overhead: { cpuMillicores: 250, memoryBytes: 125_829_120 },
    });
  });
});
