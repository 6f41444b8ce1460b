import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from '@jest/globals';
import { Interner } from './core/interner.js';
import { reducePod } from './core/reduce-pod.js';
import { WatchCache } from './watch-cache.js';

const NODES = 1000;
const PODS = 30_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** A pod as JSON, with the fields that make real ones large. */
function podJson(index: number): string {
  const workload = `service-${index % 400}`;
  const container = (name: string) => ({
    name,
    image: `registry.example/${workload}/${name}:1.${index % 7}.0`,
    env: Array.from({ length: 20 }, (_, variable) => ({ name: `VARIABLE_${variable}`, value: 'x'.repeat(40) })),
    resources: { requests: { cpu: `${(index % 9) + 1}00m`, memory: '64Mi' }, limits: { cpu: '1', memory: '128Mi' } },
  });
  return JSON.stringify({
    metadata: {
      name: `${workload}-7d4b9c6f5-${index.toString(36)}`,
      namespace: `team-${index % 100}`,
      uid: `0b1c5a0e-6b7d-4f0e-9f43-${String(index).padStart(12, '0')}`,
      creationTimestamp: '2026-01-05T09:30:00Z',
      labels: { app: workload, 'pod-template-hash': `hash${index % 400}`, 'app.kubernetes.io/part-of': 'shop' },
      annotations: { 'example.com/config': 'y'.repeat(500) },
      ownerReferences: [{ kind: 'ReplicaSet', name: `${workload}-7d4b9c6f5`, controller: true }],
    },
    spec: { nodeName: `node-${index % NODES}`, containers: [container('app'), container('proxy')] },
    status: {
      phase: 'Running',
      podIP: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
      startTime: '2026-01-05T09:30:01Z',
      containerStatuses: ['app', 'proxy'].map((name) => ({
        name,
        imageID: `registry.example/${workload}/${name}@sha256:${`${index % 400}`.padStart(64, '0')}`,
        ready: true,
        restartCount: index % 3,
        state: { running: { startedAt: '2026-01-05T09:30:05Z' } },
      })),
    },
  });
}

it('holds 30,000 pods of two containers in less than 100 MB', () => {
  const before = heapBytes();
  const cache = new WatchCache();
  const interner = new Interner();
  for (let index = 0; index < PODS; index += 1) {
    const pod = reducePod(JSON.parse(podJson(index)), interner);
    if (pod) cache.pods.put(pod);
  }
  expect(cache.pods.all()).toHaveLength(PODS);
  const megabytes = (heapBytes() - before) / 1e6;
  expect(megabytes).toBeGreaterThan(5);
  expect(megabytes).toBeLessThan(100);
  expect(cache.pods.by('node', 'node-7')).toHaveLength(PODS / NODES);
});
