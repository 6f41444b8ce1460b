/**
 * The golden example for the numbers of two cycles, from the rules of Heapster: node n1 with 2,000 allocatable millicores and the pod a/web-1 with the containers
 * web (request 100m) and side, 60 s of kubelet time apart. Where this program differs from Heapster the test says so.
 */
import { describe, expect, it } from '@jest/globals';
import { closeSums, sumSamples } from './aggregate.js';
import { enrichNode } from './enrich.js';
import type { NodeFacts, PodFacts } from './facts.js';
import { metricIndex } from './metric-catalogue.js';
import { rateNode } from './rate-node.js';
import type { ObjectType, Sample } from './sample.js';
import { aSummary, decodeJson, uidOf } from './testdata/summary.js';

const T0 = Date.parse('2026-01-02T10:00:00Z');
const STAMPS = ['2026-01-02T10:00:00Z', '2026-01-02T10:01:00Z'];
const NODE: NodeFacts = {
  name: 'n1',
  labels: {},
  capacity: { cpuMillicores: 2100 },
  allocatable: { cpuMillicores: 2000 },
};
const WEB: PodFacts = {
  namespace: 'a',
  name: 'web-1',
  uid: uidOf('web-1'),
  node: 'n1',
  phase: 'Running',
  labels: { app: 'web' },
  workload: 'Deployment/web',
  containers: [
    { name: 'web', type: 'main', requests: { cpuMillicores: 100 }, limits: {}, restartCount: 0 },
    { name: 'side', type: 'main', requests: {}, limits: {}, restartCount: 2 },
  ],
};

interface Given {
  hasNetwork?: boolean;
  podHasCpu?: boolean;
  webRestarts?: boolean;
  missesSecond?: boolean;
}

/** The samples of a cycle, after those before it. */
function collect(cycles: number, given: Given = {}): Sample[] {
  const times = (index: number) => ({
    cycleAtMs: T0 + index * 60_000,
    collectedAtMs: T0 + index * 60_000,
    maxWindowMs: 600_000,
  });
  const summary = (index: number) =>
    aSummary({
      time: STAMPS[index]!,
      cpuNs: [10_000_000_000, 34_000_000_000][index]!,
      pods: [
        {
          namespace: 'a',
          name: 'web-1',
          ...(given.podHasCpu === false ? {} : { cpuNs: [1_600_000_000, 14_800_000_000][index]! }),
          ...(given.hasNetwork ? { rxBytes: 5 } : {}),
          containers: [
            {
              name: 'web',
              cpuNs: [1_000_000_000, 13_000_000_000][index]!,
              ...(given.webRestarts && index === 1 ? { startTime: '2026-01-02T10:00:30Z' } : {}),
            },
            { name: 'side', cpuNs: [500_000_000, 1_440_684_951][index]! },
          ],
        },
      ],
    });
  const first = decodeJson(summary(0), 'n1');
  const reading = rateNode(first, undefined, times(0));
  if (cycles === 1) return withSums(enrichNode(first, NODE, [WEB]));
  const second = decodeJson(summary(1), 'n1');
  rateNode(second, reading, times(given.missesSecond ? 2 : 1));
  return withSums(enrichNode(second, NODE, [WEB]));
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
  it.each([
    ['node', 'cpu/usage_rate', undefined, 400],
    ['pod_container', 'cpu/usage_rate', 'web', 200],
    ['pod', 'cpu/usage_rate', undefined, 220],
    ['ns', 'cpu/usage_rate', undefined, 220],
    ['cluster', 'cpu/usage_rate', undefined, 220],
    ['pod', 'cpu/request', undefined, 100],
    ['ns', 'cpu/request', undefined, 100],
    ['cluster', 'cpu/request', undefined, 100],
    ['node', 'cpu/request', undefined, 100],
    ['node', 'cpu/node_utilization', undefined, 0.2],
    ['node', 'cpu/node_reservation', undefined, 0.05],
    ['node', 'cpu/node_capacity', undefined, 2100],
    ['pod', 'restart_count', undefined, 2],
  ] as const)('gives %s %s %s', (type, metric, container, expected) => {
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
