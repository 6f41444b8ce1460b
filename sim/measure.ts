import { integral, levelAt } from './curves.js';
import type { ContainerRun } from './lifecycle.js';
import type { SimContainer, SimNode, SimPod } from './model.js';
import { SANDBOX_CPU, SANDBOX_MEMORY_BYTES } from './plan-nodes.js';
import type { Stamp } from './stamps.js';

/**
 * What containers, pods and nodes used at a moment, written as whole numbers into one array of doubles (the fast way to a kubelet's answer).
 * Each block begins with the same eight values; sums hold: containers <= pod <= node.
 */
export const NANOCORES = 0;
export const CORE_NANOSECONDS = 1;
export const AVAILABLE = 2;
export const USAGE = 3;
export const WORKING_SET = 4;
export const RSS = 5;
export const FAULTS = 6;
export const MAJOR_FAULTS = 7;
/** A container's: */
export const ROOTFS_USED = 8;
export const LOGS_USED = 9;
export const CONTAINER_VALUES = 10;
/** A pod's: */
export const RX = 8;
export const TX = 9;
export const EPHEMERAL_USED = 10;
export const VOLUME_USED = 11;
export const POD_VALUES = 12;
/** A node's, after RX and TX; then three blocks of eight for the system containers kubelet, runtime and pods. */
export const FS_USED = 10;
export const FS_AVAILABLE = 11;
export const IMAGES_USED = 12;
export const SYSTEM_BLOCKS = 13;
export const BLOCK = 8;
export const NODE_VALUES = SYSTEM_BLOCKS + 3 * BLOCK;

const MI = 1024 * 1024;
const FAULTS_PER_CPU_SECOND = 800;
const MAJOR_FAULTS_PER_CPU_SECOND = 0.05;
const KUBELET_MEMORY = 96 * MI;
const RUNTIME_MEMORY = 160 * MI;
const OTHER_MEMORY = 700 * MI;

/** The working set of a container in bytes. */
export function workingSetBytes(container: SimContainer, run: ContainerRun, atMs: number): number {
  const level = levelAt(container.memory, atMs);
  if (container.behaviour !== 'leaking') return Math.floor(level);
  const grownPart = Math.min(1, (atMs - run.startedMs) / run.periodMs);
  return Math.floor(level + (container.memoryLimitBytes * 0.99 - level) * Math.max(0, grownPart));
}

/** From when a pod's own counters count. */
export function podStartMs(pod: SimPod): number {
  return pod.node.reboots > 0 ? Math.max(pod.createdMs, pod.node.bootMs) : pod.createdMs;
}

/** CPU-seconds of all containers and the sandbox since `fromMs`. */
export function podCpuSeconds(pod: SimPod, fromMs: number, toMs: number): number {
  let seconds = integral(SANDBOX_CPU, fromMs, toMs);
  for (const container of pod.containers) seconds += integral(container.cpu, fromMs, toMs);
  return seconds;
}

/** Fills a container's block; the container must be running. */
export function measureContainer(
  container: SimContainer,
  run: ContainerRun,
  stamp: Stamp,
  values: Float64Array,
  base: number,
): void {
  const { atMs } = stamp;
  const fromMs = Math.max(stamp.previousMs, run.startedMs);
  const seconds = integral(container.cpu, run.startedMs, atMs);
  const cores = atMs > fromMs ? integral(container.cpu, fromMs, atMs) / ((atMs - fromMs) / 1000) : 0;
  writeUse(values, base, seconds, cores, workingSetBytes(container, run, atMs), container.memoryLimitBytes);
  const ageSeconds = (atMs - run.startedMs) / 1000;
  values[base + ROOTFS_USED] = 49_152 + Math.floor(ageSeconds % 86_400) * 64;
  values[base + LOGS_USED] = 4096 + (Math.floor(ageSeconds * 90) % (10 * MI));
}

/** Fills a pod's block from the blocks of its running containers, which start at the given bases. */
export function measurePod(pod: SimPod, stamp: Stamp, values: Float64Array, base: number, containers: number[]): void {
  const startMs = podStartMs(pod);
  const fromMs = Math.max(stamp.previousMs, startMs);
  const seconds = podCpuSeconds(pod, startMs, stamp.atMs);
  const cores = stamp.atMs > fromMs ? podCpuSeconds(pod, fromMs, stamp.atMs) / ((stamp.atMs - fromMs) / 1000) : 0;
  const limits = pod.containers.map((container) => container.memoryLimitBytes);
  const limit = limits.includes(0) ? 0 : limits.reduce((sum, bytes) => sum + bytes, SANDBOX_MEMORY_BYTES);
  let disk = 0;
  writeUse(values, base, seconds, cores, SANDBOX_MEMORY_BYTES, limit);
  for (const from of containers) {
    for (const index of [USAGE, WORKING_SET, RSS]) add(values, base + index, values[from + index]);
    disk += (values[from + ROOTFS_USED] ?? 0) + (values[from + LOGS_USED] ?? 0);
  }
  if (limit > 0) values[base + AVAILABLE] = limit - (values[base + WORKING_SET] ?? 0);
  values[base + RX] = Math.floor(seconds * pod.rxBytesPerCpuSecond);
  values[base + TX] = Math.floor(seconds * pod.txBytesPerCpuSecond);
  values[base + EPHEMERAL_USED] = disk;
  values[base + VOLUME_USED] = 512 * MI + (Math.floor(stamp.atMs / 1000) % 86_400) * 4096;
}

interface NodeSums {
  podSeconds: number;
  podSecondsInWindow: number;
  rx: number;
  tx: number;
}

/** Fills the node's block and its system containers'; the pods' blocks (at the given bases) must be filled. */
export function measureNode(node: SimNode, stamp: Stamp, values: Float64Array, podBases: number[]): void {
  const { atMs } = stamp;
  const fromMs = Math.max(stamp.previousMs, node.bootMs);
  const windowSeconds = Math.max(1, (atMs - fromMs) / 1000);
  const sums = sumPods(node, fromMs, atMs);
  const [kubelet, runtime, pods] = [SYSTEM_BLOCKS, SYSTEM_BLOCKS + BLOCK, SYSTEM_BLOCKS + 2 * BLOCK];
  const kubeletSeconds = integral(node.kubeletCpu, node.bootMs, atMs);
  const runtimeSeconds = integral(node.runtimeCpu, node.bootMs, atMs);
  const systemWindow =
    integral(node.kubeletCpu, fromMs, atMs) +
    integral(node.runtimeCpu, fromMs, atMs) +
    integral(node.otherCpu, fromMs, atMs);
  writeUse(values, kubelet, kubeletSeconds, levelAt(node.kubeletCpu, atMs), KUBELET_MEMORY, 0);
  writeUse(values, runtime, runtimeSeconds, levelAt(node.runtimeCpu, atMs), RUNTIME_MEMORY, 0);
  writeUse(values, pods, sums.podSeconds, sums.podSecondsInWindow / windowSeconds, 0, 0);
  const seconds = sums.podSeconds + kubeletSeconds + runtimeSeconds + integral(node.otherCpu, node.bootMs, atMs);
  writeUse(
    values,
    0,
    seconds,
    (sums.podSecondsInWindow + systemWindow) / windowSeconds,
    KUBELET_MEMORY + RUNTIME_MEMORY + OTHER_MEMORY,
    0,
  );
  let disk = 0;
  for (const from of podBases) {
    for (const index of [USAGE, WORKING_SET, RSS]) {
      add(values, pods + index, values[from + index]);
      add(values, index, values[from + index]);
    }
    disk += values[from + EPHEMERAL_USED] ?? 0;
  }
  values[AVAILABLE] = node.memoryBytes - (values[WORKING_SET] ?? 0);
  values[pods + AVAILABLE] = node.memoryBytes - (values[pods + WORKING_SET] ?? 0);
  const osSeconds = (atMs - node.bootMs) / 1000;
  values[RX] = Math.floor(sums.rx + osSeconds * 2000);
  values[TX] = Math.floor(sums.tx + osSeconds * 2000);
  const usedBytes = node.disk?.usedBytes() ?? Math.floor(node.fsBytes * 0.21);
  values[FS_USED] = Math.min(node.fsBytes, usedBytes + disk);
  values[FS_AVAILABLE] = node.fsBytes - (values[FS_USED] ?? 0);
  values[IMAGES_USED] = node.disk?.imageBytes() ?? Math.floor(node.fsBytes * 0.09);
}

function sumPods(node: SimNode, fromMs: number, atMs: number): NodeSums {
  const sums: NodeSums = {
    podSeconds: node.retiredCpuSeconds,
    podSecondsInWindow: 0,
    rx: node.retiredRxBytes,
    tx: node.retiredTxBytes,
  };
  for (const pod of node.pods) {
    if (pod.endMs !== undefined) continue;
    const startMs = Math.max(pod.countsFromMs, node.bootMs);
    const seconds = podCpuSeconds(pod, startMs, atMs);
    sums.podSeconds += seconds;
    sums.podSecondsInWindow += podCpuSeconds(pod, Math.max(fromMs, startMs), atMs);
    if (pod.hostNetwork) continue;
    sums.rx += seconds * pod.rxBytesPerCpuSecond;
    sums.tx += seconds * pod.txBytesPerCpuSecond;
  }
  for (const curve of node.cronCurves) {
    // A little more than its Jobs' pods count themselves, for their sandboxes.
    const seconds = integral(curve, node.bootMs, atMs) * 1.01;
    sums.podSeconds += seconds;
    sums.podSecondsInWindow += integral(curve, fromMs, atMs) * 1.01;
    sums.rx += seconds * 200_000;
    sums.tx += seconds * 50_000;
  }
  return sums;
}

function writeUse(
  values: Float64Array,
  base: number,
  seconds: number,
  cores: number,
  bytes: number,
  limit: number,
): void {
  values[base + NANOCORES] = Math.floor(cores * 1e9);
  values[base + CORE_NANOSECONDS] = Math.floor(seconds * 1e9);
  values[base + AVAILABLE] = limit > 0 ? Math.max(0, limit - bytes) : 0;
  values[base + USAGE] = Math.floor(bytes * 1.12);
  values[base + WORKING_SET] = bytes;
  values[base + RSS] = Math.floor(bytes * 0.8);
  values[base + FAULTS] = Math.floor(2000 + seconds * FAULTS_PER_CPU_SECOND);
  values[base + MAJOR_FAULTS] = Math.floor(seconds * MAJOR_FAULTS_PER_CPU_SECOND);
}

function add(values: Float64Array, index: number, amount: number | undefined): void {
  values[index] = (values[index] ?? 0) + (amount ?? 0);
}
