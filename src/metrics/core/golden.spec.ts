/**
 * The golden example for the numbers of two cycles, from the rules of Heapster: node n1 with 2,000 allocatable millicores and the pod a/web-1 with the containers
 * web (request 100m) and side, 60 s of kubelet time apart. Where this program differs from Heapster the test says so.
 */
import { describe, expect, it } from '@jest/globals';
import { closeSums, sumSamples } from './aggregate.js';
import { enrichNode } from './enrich.js';
import { metricIndex } from './metric-catalogue.js';
import { rateNode } from './rate-node.js';
import type { ObjectType, Sample } from './sample.js';
import {
  GOLDEN_AT_MS,
  GOLDEN_NODE,
  GOLDEN_POD,
  GOLDEN_VALUES,
  type GoldenGiven,
  goldenSummary,
} from './testdata/golden.js';
import { aSummary, decodeJson } from './testdata/summary.js';

interface Given extends GoldenGiven {
  missesSecond?: boolean;
}

/** The samples of a cycle, after those before it. */
function collect(cycles: number, given: Given = {}): Sample[] {
  const times = (index: number) => {
    const atMs = GOLDEN_AT_MS[0] + index * 60_000;
    return { cycleAtMs: atMs, collectedAtMs: atMs, maxWindowMs: 600_000 };
  };
  const first = decodeJson(goldenSummary(0, given), 'n1');
  const reading = rateNode(first, undefined, times(0));
  if (cycles === 1) return withSums(enrichNode(first, GOLDEN_NODE, [GOLDEN_POD]));
  const second = decodeJson(goldenSummary(1, given), 'n1');
  rateNode(second, reading, times(given.missesSecond ? 2 : 1));
  return withSums(enrichNode(second, GOLDEN_NODE, [GOLDEN_POD]));
}

function withSums(samples: Sample[]): Sample[] {
  return [...samples, ...closeSums(sumSamples(samples))];
}

function value(samples: readonly Sample[], type: ObjectType, metric: string, container?: string): number | undefined {
  const found = samples.find(
    ({ object }) => object.type === type && object.resource === undefined && object.container === container,
  );
  return found?.values[metricIndex(type, metric)];
}

describe('the golden example', () => {
  it.each(GOLDEN_VALUES)('gives %s %s %s', (type, metric, container, expected) => {
    expect(value(collect(2), type, metric, container)).toBe(expected);
    expect(value(collect(2, { hasNetwork: true }), type, metric, container)).toBe(expected);
  });

  it('keeps the fraction of the small container, which Heapster truncated to 15', () => {
    expect(value(collect(2), 'pod_container', 'cpu/usage_rate', 'side')).toBeCloseTo(15.678, 3);
  });

  it.each(['pod', 'ns', 'cluster', 'node'] as const)('has no limit for the %s, where Heapster said 0', (type) => {
    expect(value(collect(2), type, 'cpu/limit')).toBeNaN();
  });

  it('has no rate in the first cycle, and no utilization, where Heapster said 0', () => {
    for (const type of ['node', 'pod', 'ns', 'cluster'] as const) {
      expect(value(collect(1), type, 'cpu/usage_rate')).toBeNaN();
    }
    expect(value(collect(1), 'node', 'cpu/node_utilization')).toBeNaN();
    expect(value(collect(1), 'node', 'cpu/node_reservation')).toBe(0.05);
  });

  it('sums the containers of a pod that has no figures of its own, without truncating', () => {
    expect(value(collect(2, { podHasCpu: false }), 'pod', 'cpu/usage_rate')).toBeCloseTo(215.678, 3);
    expect(value(collect(2, { podHasCpu: false }), 'ns', 'cpu/usage_rate')).toBeCloseTo(215.678, 3);
  });

  it('has no rate for a container that was restarted, but one for its pod that counts on', () => {
    expect(value(collect(2, { webRestarts: true }), 'pod_container', 'cpu/usage_rate', 'web')).toBeNaN();
    expect(value(collect(2, { webRestarts: true }), 'pod', 'cpu/usage_rate')).toBe(220);
  });

  it('does not tell a part of the containers as the whole pod, where Heapster said 15', () => {
    expect(value(collect(2, { webRestarts: true, podHasCpu: false }), 'pod', 'cpu/usage_rate')).toBeNaN();
  });

  it('has rates again right after a missed cycle, where Heapster missed two', () => {
    expect(value(collect(2, { missesSecond: true }), 'node', 'cpu/usage_rate')).toBe(400);
  });
});

describe('a namespace that is deleted and made again', () => {
  it('has nothing in between, and then what its new pods alone ask for and use', () => {
    let reading: ReturnType<typeof rateNode> | undefined;
    const totals = [
      { uid: 'old', cpuNs: 50e9 },
      { uid: 'old', cpuNs: 56e9 },
      undefined,
      { uid: 'new', cpuNs: 60e9 },
      { uid: 'new', cpuNs: 63e9 },
    ].map((pod, index) => {
      const atMs = GOLDEN_AT_MS[0] + index * 60_000;
      const pods = pod ? [{ ...pod, namespace: 'a', name: 'web-1' }] : [];
      const node = decodeJson(aSummary({ time: new Date(atMs).toISOString(), pods }), 'n1');
      reading = rateNode(node, reading, { cycleAtMs: atMs, collectedAtMs: atMs, maxWindowMs: 600_000 });
      const samples = withSums(enrichNode(node, GOLDEN_NODE, pod ? [{ ...GOLDEN_POD, uid: pod.uid }] : []));
      return ['cpu/usage_rate', 'cpu/request'].map((metric) => value(samples, 'ns', metric));
    });
    expect(totals).toEqual([
      [NaN, 100],
      [100, 100],
      [undefined, undefined],
      [NaN, 100],
      [50, 100],
    ]);
  });
});
