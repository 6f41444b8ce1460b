import { flat } from './curves.js';
import { EPOCH_MS, type SimNode } from './model.js';
import { curveAround } from './plan-pods.js';
import { between, hash, uuid } from './seeded.js';

const GI = 1024 ** 3;
const SIZES = [
  { cpuCores: 8, memoryGi: 32, type: 'm-8' },
  { cpuCores: 16, memoryGi: 64, type: 'm-16' },
  { cpuCores: 32, memoryGi: 128, type: 'm-32' },
] as const;

/** A node without pods. Counters begin at its boot: for a planned node a fixed moment, for a node that joins at run time the moment of joining. */
export function planNode(
  seed: number,
  index: number,
  total: number,
  name: string = nodeName(index, total),
  joinedMs?: number,
): SimNode {
  const size = SIZES[hash(seed, 'size', name) % SIZES.length] ?? SIZES[0];
  const isControlPlane = index < controlPlanes(total) && joinedMs === undefined;
  const isGpu = index === total - 1 && joinedMs === undefined;
  return {
    name,
    index,
    uid: uuid(seed, 'node', name, joinedMs ?? 0),
    cpuCores: size.cpuCores,
    memoryBytes: size.memoryGi * GI - 41_943_040,
    fsBytes: 200 * GI,
    labels: {
      'beta.kubernetes.io/arch': 'amd64',
      'beta.kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'node.kubernetes.io/instance-type': size.type,
      'topology.kubernetes.io/region': 'sim',
      'topology.kubernetes.io/zone': `sim-${'abc'[index % 3]}`,
      ...(isControlPlane ? { 'node-role.kubernetes.io/control-plane': '' } : {}),
    },
    extendedResources: isGpu ? { 'example.com/gpu': '4' } : {},
    pods: [],
    kubeletCpu: curveAround(0.045, 0.2, seed, 'kubelet', name),
    runtimeCpu: curveAround(0.03, 0.2, seed, 'runtime', name),
    otherCpu: curveAround(0.06, 0.3, seed, 'other', name),
    cronCurves: [],
    bootMs: joinedMs ?? EPOCH_MS + Math.round(between(0, 20 * 86_400, seed, 'boot', name)) * 1000,
    reboots: 0,
    retiredCpuSeconds: 0,
    retiredRxBytes: 0,
    retiredTxBytes: 0,
    port: 0,
    revision: 0,
  };
}

/** How many nodes carry the control plane's static pods. */
export function controlPlanes(total: number): number {
  return total >= 10 ? 3 : 1;
}

function nodeName(index: number, total: number): string {
  return `node-${String(index + 1).padStart(String(total).length, '0')}`;
}

/** What a pod's sandbox itself uses: cores and bytes. */
export const SANDBOX_CPU = flat(0.0001);
export const SANDBOX_MEMORY_BYTES = 524_288;
