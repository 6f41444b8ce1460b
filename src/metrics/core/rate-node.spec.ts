import { describe, expect, it } from '@jest/globals';
import { slotOf, type MeasuredNode } from './measured.js';
import type { NodeReading } from './previous-reading.js';
import { clockSkewMs, rateNode } from './rate-node.js';
import { aSummary, decodeJson, type SummaryGiven } from './testdata/summary.js';

const T0 = Date.parse('2026-01-02T10:00:00Z');
const stamp = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

/** A cycle a minute: each step is a summary `after` seconds from T0; gives the node of the last one. */
function run(...steps: (SummaryGiven & { after: number })[]): MeasuredNode {
  let reading: NodeReading | undefined;
  let node: MeasuredNode | undefined;
  steps.forEach(({ after, ...given }, cycle) => {
    node = decodeJson(aSummary({ time: stamp(T0 + after * 1000), ...given }), 'n1');
    const cycleAtMs = T0 + cycle * 60_000;
    reading = rateNode(node, reading, { cycleAtMs, collectedAtMs: cycleAtMs, maxWindowMs: 600_000 });
  });
  return node!;
}

const cpuRate = (node: MeasuredNode): number => node.measured.values[slotOf('cpu/usage_rate')]!;

describe('rateNode', () => {
  it('makes no rate at the first cycle', () => {
    expect(cpuRate(run({ after: 0 }))).toBeNaN();
  });

  it("takes the window between the kubelet's own stamps, not between the cycles", () => {
    expect(cpuRate(run({ after: 0, cpuNs: 1e9 }, { after: 48, cpuNs: 25e9 }))).toBe(500);
  });

  it('makes no rate when the kubelet repeats its sample', () => {
    expect(cpuRate(run({ after: 0, cpuNs: 1e9 }, { after: 0, cpuNs: 1e9 }))).toBeNaN();
  });

  it('spans the longer window after a repeated sample', () => {
    const node = run({ after: 0, cpuNs: 1e9 }, { after: 0, cpuNs: 1e9 }, { after: 120, cpuNs: 13e9 });
    expect(cpuRate(node)).toBe(100);
  });

  it('makes no rate when the counter went back, and one again after that', () => {
    expect(cpuRate(run({ after: 0, cpuNs: 9e9 }, { after: 60, cpuNs: 1e9 }))).toBeNaN();
    expect(cpuRate(run({ after: 0, cpuNs: 9e9 }, { after: 60, cpuNs: 1e9 }, { after: 120, cpuNs: 7e9 }))).toBe(100);
  });

  it('makes no rate over a reboot even when the counter has overtaken its old value', () => {
    const node = run({ after: 0, cpuNs: 1e9 }, { after: 60, cpuNs: 2e9, startTime: stamp(T0 + 20_000) });
    expect(cpuRate(node)).toBeNaN();
  });

  it('goes on from the new base when the stamps went back', () => {
    const node = run({ after: 100, cpuNs: 1e9 }, { after: 60, cpuNs: 1e9 }, { after: 120, cpuNs: 7e9 });
    expect(cpuRate(node)).toBe(100);
  });

  it('rates a pod without network figures by its cpu and memory stamps', () => {
    const node = run(
      { after: 0, pods: [{ name: 'web', cpuNs: 1_600_000_000 }] },
      { after: 60, pods: [{ name: 'web', cpuNs: 14_800_000_000 }] },
    );
    expect(node.pods[0]?.measured.values[slotOf('cpu/usage_rate')]).toBe(220);
  });

  it('rates the network of a pod', () => {
    const node = run(
      { after: 0, pods: [{ name: 'web', rxBytes: 1000 }] },
      { after: 60, pods: [{ name: 'web', rxBytes: 7000 }] },
    );
    expect(node.pods[0]?.measured.values[slotOf('network/rx_rate')]).toBe(100);
    expect(node.pods[0]?.measured.values[slotOf('network/tx_rate')]).toBe(50);
  });

  it('makes no rate from one pod to another of the same name', () => {
    const uids = ['a', 'b'].map((letter) => `0000000${letter}-1111-4222-8333-444455556666`);
    const node = run(
      { after: 0, pods: [{ name: 'web', uid: uids[0]!, cpuNs: 1e9 }] },
      { after: 60, pods: [{ name: 'web', uid: uids[1]!, cpuNs: 2e9 }] },
    );
    expect(node.pods[0]?.measured.values[slotOf('cpu/usage_rate')]).toBeNaN();
  });

  it("makes no rate from one object's stamp that is far off, and does not remember it", () => {
    const pod = (cpuNs: number, time?: string): SummaryGiven => ({
      pods: [{ name: 'web', cpuNs, ...(time === undefined ? {} : { time }) }],
    });
    const wild = { after: 60, ...pod(4e9, stamp(T0 + 3_600_000)) };
    const rate = (node: MeasuredNode) => node.pods[0]?.measured.values[slotOf('cpu/usage_rate')];
    expect(rate(run({ after: 0, ...pod(1e9) }, wild))).toBeNaN();
    expect(rate(run({ after: 0, ...pod(1e9) }, wild, { after: 120, ...pod(13e9) }))).toBe(100);
  });

  it('takes for unknown what one object tells with a stamp that is far off, and leaves the rest of the node', () => {
    const old = { name: 'web', cpuNs: 5, memoryBytes: 7_000_000, rxBytes: 3, time: stamp(T0 - 3_600_000) };
    const node = run({ after: 0, pods: [old, { name: 'other', memoryBytes: 8_000_000 }] });
    const [web, other] = node.pods.map(({ measured }) => measured);
    const told = ['cpu/usage', 'memory/working_set', 'memory/available', 'memory/page_faults', 'network/rx'];
    expect(told.map((name) => web!.values[slotOf(name)])).toEqual(told.map(() => NaN));
    expect(web!.interfaces[0]!.values[0]).toBeNaN();
    expect(other!.values[slotOf('memory/working_set')]).toBe(8_000_000);
  });

  it('rates stalled time, major faults and every interface of a pod that has several', () => {
    const readings = [0, 60].map((after) => {
      const summary = aSummary({
        time: stamp(T0 + after * 1000),
        pods: [{ name: 'web', cpuNs: 1, rxBytes: after * 100 }],
      });
      const pod = (summary['pods'] as { cpu: object; memory: object }[])[0]!;
      Object.assign(pod.cpu, { psi: { some: { total: after * 250_000 }, full: { total: 0 } } });
      pod.memory = { time: stamp(T0 + after * 1000), majorPageFaults: after * 3 };
      return decodeJson(summary, 'n1');
    });
    const times = (index: number) => ({
      cycleAtMs: T0 + index * 60_000,
      collectedAtMs: T0 + index * 60_000,
      maxWindowMs: 600_000,
    });
    rateNode(readings[1]!, rateNode(readings[0]!, undefined, times(0)), times(1));
    const { values, interfaces } = readings[1]!.pods[0]!.measured;
    expect(values[slotOf('cpu/psi_some_rate')]).toBe(0.25);
    expect(values[slotOf('cpu/psi_full_rate')]).toBe(0);
    expect(values[slotOf('memory/major_page_faults_rate')]).toBe(3);
    expect(interfaces.map(({ resource, values: [, rxRate] }) => [resource, rxRate])).toEqual([
      ['Interface:eth0', 100],
      ['Interface:tunl0', 100],
    ]);
  });

  it('tells the uptime by the clock of the node alone', () => {
    expect(run({ after: 0 }).measured.values[slotOf('uptime')]).toBe(34 * 3_600_000);
  });

  it('does not use a reading of the same cycle', () => {
    const times = { cycleAtMs: T0, collectedAtMs: T0, maxWindowMs: 600_000 };
    const reading = rateNode(decodeJson(aSummary({ time: stamp(T0 - 9000), cpuNs: 1 }), 'n1'), undefined, times);
    const node = decodeJson(aSummary({ time: stamp(T0), cpuNs: 1e9 }), 'n1');
    rateNode(node, reading, times);
    expect(cpuRate(node)).toBeNaN();
  });
});

describe('clockSkewMs', () => {
  it("is the distance of the node's newest stamp from the collector's clock", () => {
    const node = decodeJson(aSummary({ time: stamp(T0 + 600_000) }), 'n1');
    expect(clockSkewMs(node, T0)).toBe(600_000);
    expect(clockSkewMs(node, T0 + 1_200_000)).toBe(-600_000);
  });
});
