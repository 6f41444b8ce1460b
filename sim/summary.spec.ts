import { describe, expect, it } from '@jest/globals';
import { EPOCH_MS, type SimNode, type World } from './model.js';
import { planCluster } from './plan-cluster.js';
import { RuntimeState } from './runtime/runtime-state.js';
import { Summary } from './summary.js';
import { Truth } from './truth.js';

interface Cpu {
  time: string;
  usageNanoCores: number;
  usageCoreNanoSeconds: number;
}
interface Use {
  startTime: string;
  cpu: Cpu;
  memory: { time: string; workingSetBytes: number; availableBytes?: number; usageBytes: number; rssBytes: number };
  network?: { rxBytes: number; interfaces: { name: string; rxBytes: number }[] };
}
interface Shown {
  node: Use & { nodeName: string; systemContainers: (Use & { name: string })[]; fs: object; runtime: object };
  pods: (Use & {
    podRef: { name: string; namespace: string; uid: string };
    containers: (Use & { name: string; rootfs: object; logs: object; swap: object })[];
    volume?: { name: string; pvcRef?: { name: string } }[];
  })[];
}

const NOW_MS = EPOCH_MS + 250 * 86_400_000 + 4321;
const SEED = 5;

function plan(): World {
  return planCluster({ nodes: 4, podsPerNode: 12, seed: SEED }, NOW_MS);
}

function nodeWith(world: World, behaviour: string): SimNode {
  const found = [...world.pods.values()].find((pod) => pod.containers.some((item) => item.behaviour === behaviour));
  if (!found) throw new Error(`no ${behaviour} pod`);
  return found.node;
}

function look(summary: Summary, atMs: number): Shown {
  const lease = summary.at(atMs);
  lease.release();
  return JSON.parse(lease.body.toString()) as Shown;
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

describe('a kubelet summary', () => {
  it('has the shape of Kubernetes 1.34', () => {
    const world = plan();
    const node = nodeWith(world, 'leaking');
    const { node: shown, pods } = look(new Summary(SEED, node), NOW_MS);
    const nodeKeys = 'nodeName systemContainers startTime cpu memory io network fs runtime rlimit swap';
    expect(Object.keys(shown)).toEqual(nodeKeys.split(' '));
    expect(shown.systemContainers.map((item) => item.name)).toEqual(['kubelet', 'runtime', 'pods']);
    expect(Object.keys(shown.memory)).toEqual(
      'time availableBytes usageBytes workingSetBytes rssBytes pageFaults majorPageFaults psi'.split(' '),
    );
    const rxOfNode = shown.network?.rxBytes;
    const withNodesTraffic = pods.filter((pod) => pod.network?.rxBytes === rxOfNode).map((pod) => pod.podRef.name);
    const hostPods = node.pods.filter((pod) => pod.hostNetwork).map((pod) => pod.name);
    expect(withNodesTraffic.sort()).toEqual(hostPods.sort());
    const container = pods[1]?.containers[0];
    expect(Object.keys(container ?? {})).toEqual('name startTime cpu memory io rootfs logs swap'.split(' '));
    expect(shown.cpu.time).toMatch(/^2026-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const claims = [...world.nodes.values()]
      .flatMap((each) => look(new Summary(SEED, each), NOW_MS).pods)
      .flatMap((pod) => pod.volume ?? []);
    expect(claims.some((volume) => volume.pvcRef?.name === 'data-postgres-0')).toBe(true);
  });

  it('adds up: containers at most pod, pods at most node', () => {
    for (const node of plan().nodes.values()) {
      const { node: shown, pods } = look(new Summary(SEED, node), NOW_MS);
      for (const pod of pods) {
        const parts = pod.containers.map((container) => container.cpu.usageCoreNanoSeconds);
        expect(sum(parts)).toBeLessThanOrEqual(pod.cpu.usageCoreNanoSeconds);
        const sets = pod.containers.map((container) => container.memory.workingSetBytes);
        expect(sum(sets)).toBeLessThanOrEqual(pod.memory.workingSetBytes);
      }
      expect(sum(pods.map((pod) => pod.cpu.usageCoreNanoSeconds))).toBeLessThan(shown.cpu.usageCoreNanoSeconds);
      expect(sum(pods.map((pod) => pod.memory.workingSetBytes))).toBeLessThan(shown.memory.workingSetBytes);
      expect(shown.cpu.usageNanoCores).toBeLessThan(node.cpuCores * 1e9);
      expect(shown.memory.workingSetBytes).toBeLessThan(node.memoryBytes);
      const system = sum(shown.systemContainers.map((item) => item.cpu.usageCoreNanoSeconds));
      expect(system).toBeLessThan(shown.cpu.usageCoreNanoSeconds);
    }
  });

  it('has counters whose rate between two stamps is the mean of the curve', () => {
    const world = plan();
    const truth = new Truth(world);
    let checked = 0;
    for (const node of world.nodes.values()) {
      const summary = new Summary(SEED, node);
      const before = look(summary, NOW_MS);
      const after = look(summary, NOW_MS + 60_000);
      for (const pod of after.pods) {
        const { namespace, name } = pod.podRef;
        const previous = before.pods.find((known) => known.podRef.uid === pod.podRef.uid);
        for (const container of pod.containers) {
          const last = previous?.containers.find((known) => known.name === container.name);
          if (!last || last.startTime !== container.startTime) continue;
          const [fromMs, toMs] = [Date.parse(last.cpu.time), Date.parse(container.cpu.time)];
          const used = container.cpu.usageCoreNanoSeconds - last.cpu.usageCoreNanoSeconds;
          const millicores = used / ((toMs - fromMs) * 1000);
          const expected = truth.cpuMillicores(namespace, name, container.name, fromMs, toMs);
          expect(Math.abs(millicores - expected)).toBeLessThan(0.001);
          expect(container.memory.workingSetBytes).toBe(truth.workingSetBytes(namespace, name, container.name, toMs));
          checked++;
        }
        const isOnHost = node.pods.some((known) => known.hostNetwork && known.name === name);
        if (isOnHost || !pod.network || !previous?.network) continue;
        const [fromMs, toMs] = [Date.parse(previous.cpu.time), Date.parse(pod.cpu.time)];
        const rate = (pod.network.rxBytes - previous.network.rxBytes) / ((toMs - fromMs) / 1000);
        expect(Math.abs(rate - truth.rxBytesPerSecond(namespace, name, fromMs, toMs))).toBeLessThan(1);
      }
    }
    expect(checked).toBeGreaterThan(40);
  });

  it('never goes back over two hours, but where a container restarts', () => {
    const world = plan();
    const restarts = new Set<string>();
    for (const node of world.nodes.values()) {
      const summary = new Summary(SEED, node);
      let last = look(summary, NOW_MS);
      for (let atMs = NOW_MS; atMs < NOW_MS + 2 * 3_600_000; atMs += 17_000) {
        const next = look(summary, atMs);
        expect(next.node.cpu.usageCoreNanoSeconds).toBeGreaterThanOrEqual(last.node.cpu.usageCoreNanoSeconds);
        for (const pod of next.pods) {
          const before = last.pods.find((known) => known.podRef.uid === pod.podRef.uid);
          if (!before) continue;
          expect(pod.cpu.usageCoreNanoSeconds).toBeGreaterThanOrEqual(before.cpu.usageCoreNanoSeconds);
          for (const container of pod.containers) {
            const old = before.containers.find((known) => known.name === container.name);
            if (!old) continue;
            if (old.startTime !== container.startTime) restarts.add(container.name);
            else expect(container.cpu.usageCoreNanoSeconds).toBeGreaterThanOrEqual(old.cpu.usageCoreNanoSeconds);
          }
        }
        last = next;
      }
    }
    expect([...restarts]).toEqual(['model']);
  });

  it('goes on upward after a second start, even months later', () => {
    const early = look(new Summary(SEED, nodeWith(plan(), 'crashing')), NOW_MS);
    const laterMs = NOW_MS + 90 * 86_400_000;
    const again = planCluster({ nodes: 4, podsPerNode: 12, seed: SEED }, laterMs);
    const late = look(new Summary(SEED, nodeWith(again, 'crashing')), laterMs);
    expect(late.node.nodeName).toBe(early.node.nodeName);
    expect(late.node.cpu.usageCoreNanoSeconds).toBeGreaterThan(early.node.cpu.usageCoreNanoSeconds);
  });

  it('shows a leaking container growing until it is killed, and a crash-looping one only while it runs', () => {
    const world = plan();
    const leaking = new Summary(SEED, nodeWith(world, 'leaking'));
    const sizes: number[] = [];
    for (let atMs = NOW_MS; atMs < NOW_MS + 3_600_000; atMs += 60_000) {
      const model = look(leaking, atMs)
        .pods.flatMap((pod) => pod.containers)
        .find((item) => item.name === 'model');
      sizes.push(model?.memory.workingSetBytes ?? 0);
    }
    const falls = sizes.filter((size, index) => index > 0 && size < (sizes[index - 1] ?? 0));
    expect(falls).toHaveLength(2);
    expect(Math.max(...sizes)).toBeGreaterThan(5 * Math.min(...sizes));
    const crashing = new Summary(SEED, nodeWith(world, 'crashing'));
    const counts = new Set<number>();
    for (let atMs = NOW_MS; atMs < NOW_MS + 660_000; atMs += 11_000) {
      const pod = look(crashing, atMs).pods.find((known) => known.podRef.name.startsWith('thumbnailer'));
      counts.add(pod?.containers.length ?? -1);
    }
    expect([...counts].sort((a, b) => a - b)).toEqual([0, 1]);
  });

  it('moves its stamp every 10 to 15 seconds, and only then its bytes', () => {
    const node = nodeWith(plan(), 'leaking');
    const summary = new Summary(SEED, node);
    const stamps: number[] = [];
    let text = '';
    for (let atMs = NOW_MS; atMs < NOW_MS + 300_000; atMs += 1000) {
      const lease = summary.at(atMs);
      const shown = JSON.parse(lease.body.toString()) as Shown;
      const stamp = Date.parse(shown.node.cpu.time);
      if (stamp === stamps.at(-1)) expect(lease.body.toString()).toBe(text);
      else stamps.push(stamp);
      text = lease.body.toString();
      expect(stamp).toBeLessThanOrEqual(atMs);
      lease.release();
    }
    const gaps = stamps.slice(1).map((stamp, index) => (stamp - (stamps[index] ?? 0)) / 1000);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(15);
    expect(new Set(gaps).size).toBeGreaterThan(1);
  });

  it('leaves an answer alone that is still being sent', () => {
    const summary = new Summary(SEED, nodeWith(plan(), 'leaking'));
    const slow = summary.at(NOW_MS);
    const before = slow.body.toString();
    const next = summary.at(NOW_MS + 30_000);
    expect(slow.body.toString()).toBe(before);
    expect(next.body.toString()).not.toBe(before);
  });

  it('shows the disk that the runtime beside it fills', () => {
    const node = nodeWith(plan(), 'leaking');
    const state = new RuntimeState(node, SEED, () => NOW_MS);
    state.images();
    node.disk = state;
    const { fs, runtime } = look(new Summary(SEED, node), NOW_MS).node as Shown['node'] & {
      fs: { usedBytes: number; availableBytes: number };
      runtime: { imageFs: { usedBytes: number } };
    };
    expect(runtime.imageFs.usedBytes).toBe(state.imageBytes());
    expect(fs.usedBytes).toBeGreaterThanOrEqual(state.usedBytes());
    expect(fs.usedBytes + fs.availableBytes).toBe(node.fsBytes);
  });
});
