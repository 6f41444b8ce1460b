import type { NodeFacts, PodFacts } from '../facts.js';
import { aSummary, uidOf } from './summary.js';

/**
 * What the golden example begins with: node n1 with 2,000 allocatable millicores and the pod a/web-1 with the containers web (request 100m) and side, whose kubelet is asked
 * twice, 60 s of its time apart.
 */
export const GOLDEN_AT_MS = [Date.parse('2026-01-02T10:00:00Z'), Date.parse('2026-01-02T10:01:00Z')] as const;

export const GOLDEN_NODE: NodeFacts = {
  name: 'n1',
  labels: {},
  capacity: { cpuMillicores: 2100 },
  allocatable: { cpuMillicores: 2000 },
};

export const GOLDEN_POD: PodFacts = {
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

export interface GoldenGiven {
  readonly hasNetwork?: boolean;
  readonly podHasCpu?: boolean;
  readonly webRestarts?: boolean;
}

/** What the kubelet answers when it is asked for the first (0) or second (1) time. */
export function goldenSummary(index: 0 | 1, given: GoldenGiven = {}): unknown {
  return aSummary({
    time: new Date(GOLDEN_AT_MS[index]).toISOString(),
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
}

/** What comes of it: object type, metric, container, value. */
export const GOLDEN_VALUES = [
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
] as const;
