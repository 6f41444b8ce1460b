import { describe, expect, it } from '@jest/globals';
import { EPOCH_MS, type World } from './model.js';
import { planCluster } from './plan-cluster.js';

const NOW_MS = EPOCH_MS + 200 * 86_400_000;

/** Everything of a world but its cycles. */
function textOf(world: World): string {
  return JSON.stringify([[...world.nodes.values()], world.workloads, world.namespaces], (key, value: unknown) =>
    key === 'node' ? undefined : value,
  );
}

describe('the planned cluster', () => {
  it('is the same from the same seed and another from another', () => {
    const options = { nodes: 5, podsPerNode: 12, seed: 7 };
    expect(textOf(planCluster(options, NOW_MS))).toBe(textOf(planCluster(options, NOW_MS)));
    expect(textOf(planCluster(options, NOW_MS))).not.toBe(textOf(planCluster({ ...options, seed: 8 }, NOW_MS)));
  });

  it('has the number of pods that was asked for on every node', () => {
    const world = planCluster({ nodes: 40, podsPerNode: 30, seed: 1 }, NOW_MS);
    expect([...world.nodes.values()].map((node) => node.pods.length)).toEqual(Array(40).fill(30));
    expect(world.pods.size).toBe(1200);
  });

  it('holds every kind of workload that a product must cope with', () => {
    const world = planCluster({ nodes: 5, podsPerNode: 10, seed: 1 }, NOW_MS);
    const pods = [...world.pods.values()];
    const kinds = new Set(world.workloads.map((workload) => workload.kind));
    expect(kinds).toEqual(new Set(['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet', 'CronJob']));
    expect(pods.some((pod) => pod.isMirror && pod.owner?.kind === 'Node')).toBe(true);
    expect(pods.some((pod) => !pod.owner)).toBe(true);
    expect(pods.some((pod) => pod.hostNetwork)).toBe(true);
    expect(pods.some((pod) => pod.claims.length > 0)).toBe(true);
    const containers = pods.flatMap((pod) => pod.containers);
    expect(new Set(containers.map((container) => container.behaviour)).size).toBe(3);
    expect(containers.some((container) => container.cpu.burst > 1)).toBe(true);
    expect(containers.some((container) => !container.requests && !container.limits)).toBe(true);
    expect(containers.some((container) => container.requests?.['example.com/gpu'] === '1')).toBe(true);
  });

  it('asks no node for more than it has', () => {
    for (const node of planCluster({ nodes: 30, podsPerNode: 30, seed: 3 }, NOW_MS).nodes.values()) {
      const millis = node.pods
        .flatMap((pod) => pod.containers)
        .reduce((sum, container) => sum + Number.parseInt(container.requests?.['cpu'] ?? '0', 10), 0);
      expect(millis).toBeLessThan(node.cpuCores * 1000);
    }
  });
});
