/** Builders of kubelet summaries for tests and benchmarks, in the shape of k8s.io/kubelet/pkg/apis/stats/v1alpha1. */
import { decodeSummary } from '../decode-summary.js';
import type { MeasuredNode } from '../measured.js';

type Json = Record<string, unknown>;

export interface ContainerGiven {
  name: string;
  startTime?: string;
  cpuNs?: number;
  memoryBytes?: number;
  pageFaults?: number;
  time?: string;
}

export interface PodGiven {
  namespace?: string;
  name: string;
  uid?: string;
  startTime?: string;
  cpuNs?: number;
  memoryBytes?: number;
  rxBytes?: number;
  time?: string;
  volumes?: string[];
  containers?: ContainerGiven[];
}

export interface SummaryGiven {
  node?: string;
  time?: string;
  startTime?: string;
  cpuNs?: number;
  rxBytes?: number;
  systemContainers?: ContainerGiven[];
  pods?: PodGiven[];
}

/** Decodes what a kubelet would send of this. */
export function decodeJson(summary: unknown, node: string): MeasuredNode {
  return decodeSummary(Buffer.from(JSON.stringify(summary)), node);
}

export const BOOT = '2026-01-01T00:00:00Z';

const fs = (time: string, usedBytes: number): Json => ({
  time,
  availableBytes: 80_000_000_000,
  capacityBytes: 100_000_000_000,
  usedBytes,
  inodesFree: 900_000,
  inodes: 1_000_000,
  inodesUsed: 100_000,
});

const memory = (time: string, bytes: number | undefined, pageFaults = 1000): Json => ({
  time,
  availableBytes: 1_000_000_000,
  usageBytes: bytes === undefined ? undefined : bytes + 5_000_000,
  workingSetBytes: bytes,
  rssBytes: bytes === undefined ? undefined : bytes - 1_000_000,
  pageFaults,
  majorPageFaults: 7,
});

const cpu = (time: string, ns: number | undefined): Json => ({
  time,
  usageNanoCores: 12_345_678,
  usageCoreNanoSeconds: ns,
  psi: { full: { total: 0, avg10: 0, avg60: 0, avg300: 0 }, some: { total: 1, avg10: 0, avg60: 0, avg300: 0 } },
});

const network = (time: string, rxBytes: number): Json => {
  const one = { name: 'eth0', rxBytes, rxErrors: 0, txBytes: rxBytes / 2, txErrors: 0 };
  return { time, ...one, interfaces: [one, { ...one, name: 'tunl0' }] };
};

function container(given: ContainerGiven, time: string): Json {
  const at = given.time ?? time;
  return {
    name: given.name,
    startTime: given.startTime ?? BOOT,
    ...(given.cpuNs === undefined ? {} : { cpu: cpu(at, given.cpuNs) }),
    ...(given.memoryBytes === undefined ? {} : { memory: memory(at, given.memoryBytes, given.pageFaults) }),
    rootfs: fs(at, 50_000),
    logs: fs(at, 20_000),
    swap: { time: at, swapAvailableBytes: 0, swapUsageBytes: 0 },
  };
}

function pod(given: PodGiven, time: string): Json {
  const at = given.time ?? time;
  return {
    podRef: { name: given.name, namespace: given.namespace ?? 'default', uid: given.uid ?? uidOf(given.name) },
    startTime: given.startTime ?? BOOT,
    containers: (given.containers ?? []).map((one) => container(one, at)),
    ...(given.cpuNs === undefined ? {} : { cpu: cpu(at, given.cpuNs) }),
    ...(given.memoryBytes === undefined ? {} : { memory: memory(at, given.memoryBytes) }),
    ...(given.rxBytes === undefined ? {} : { network: network(at, given.rxBytes) }),
    volume: (given.volumes ?? []).map((name) => ({ ...fs(at, 4096), name })),
    'ephemeral-storage': fs(at, 90_000),
    process_stats: { process_count: 2 },
    swap: { time: at, swapUsageBytes: 0 },
  };
}

/** A uid that follows from the name. */
export function uidOf(name: string): string {
  let hash = 7;
  for (const letter of name) hash = (hash * 31 + letter.charCodeAt(0)) % 0xffffffff;
  return `${hash.toString(16).padStart(8, '0')}-1111-4222-8333-444455556666`;
}

/** A whole answer of `GET /stats/summary`. */
export function aSummary(given: SummaryGiven = {}): Json {
  const time = given.time ?? '2026-01-02T10:00:00Z';
  return {
    node: {
      nodeName: given.node ?? 'n1',
      startTime: given.startTime ?? BOOT,
      systemContainers: (given.systemContainers ?? []).map((one) => container(one, time)),
      cpu: cpu(time, given.cpuNs ?? 10_000_000_000),
      memory: memory(time, 4_000_000_000),
      network: network(time, given.rxBytes ?? 1_000_000),
      fs: fs(time, 20_000_000_000),
      runtime: { imageFs: fs(time, 9_000_000_000) },
      rlimit: { time, maxpid: 4_194_304, curproc: 900 },
    },
    pods: (given.pods ?? []).map((one) => pod(one, time)),
  };
}

/** The answer of a busy node: `podCount` pods with one or two containers each, at a moment; everything grows with time. */
export function aBusySummary(node: string, podCount: number, atMs: number): Json {
  const time = `${new Date(atMs).toISOString().slice(0, 19)}Z`;
  const seconds = atMs / 1000 - 1_767_000_000;
  const named = (name: string, index: number): ContainerGiven => ({
    name,
    cpuNs: Math.round(seconds * 1_234_567 * (index + 1)),
    memoryBytes: 50_000_000 + index * 1_000_000,
    pageFaults: Math.round(seconds * 11),
    startTime: `2026-01-01T0${index % 10}:00:0${index % 7}Z`,
  });
  return aSummary({
    node,
    time,
    cpuNs: Math.round(seconds * 400_000_000),
    systemContainers: ['kubelet', 'runtime', 'pods', 'misc'].map(named),
    pods: Array.from({ length: podCount }, (_, index) => ({
      namespace: `team-${index % 9}`,
      name: `${node}-workload-${index}`,
      uid: `${index.toString(16).padStart(8, '0')}-1111-4222-8333-${uidOf(node).slice(0, 8)}0000`,
      cpuNs: Math.round(seconds * 2_345_678 * (index + 1)),
      memoryBytes: 90_000_000,
      rxBytes: Math.round(seconds * 1000),
      volumes: ['kube-api-access', 'config', 'data'],
      containers: index % 2 === 0 ? [named('main', index)] : [named('main', index), named('side', index + 1)],
    })),
  });
}
