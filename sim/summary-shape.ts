import type { SimContainer, SimNode, SimPod } from './model.js';
import * as at from './measure.js';
import { hash } from './seeded.js';
import { Constant, Slot, stampText, TimeSlot } from './template.js';

/**
 * The shape of `/stats/summary` in Kubernetes 1.34 (k8s.io/kubelet/pkg/apis/stats/v1alpha1), with slots where numbers move.
 * Stamp 0 is the node's, stamp n the n-th pod's.
 */
export interface PodPlace {
  readonly pod: SimPod;
  /** Where the pod's block begins among the values. */
  readonly base: number;
  readonly containers: { readonly container: SimContainer; readonly base: number; readonly startedMs: number }[];
  readonly startMs: number;
}

const INODES = 13_107_200;
const NO_PRESSURE = new Constant({
  full: { total: 0, avg10: 0, avg60: 0, avg300: 0 },
  some: { total: 0, avg10: 0, avg60: 0, avg300: 0 },
});

export function summaryShape(node: SimNode, places: PodPlace[]): object {
  const time = new TimeSlot(0);
  const fsCapacity = node.fsBytes;
  const system = (name: string, block: number) => ({
    name,
    startTime: stampText(node.bootMs),
    cpu: cpu(time, at.SYSTEM_BLOCKS + block * at.BLOCK),
    memory: memory(time, at.SYSTEM_BLOCKS + block * at.BLOCK, name === 'pods'),
    io: { time, psi: NO_PRESSURE },
  });
  const imageFs = {
    ...disk(time, fsCapacity, new Slot(at.IMAGES_USED, 13)),
  };
  return {
    node: {
      nodeName: node.name,
      systemContainers: [system('kubelet', 0), system('runtime', 1), system('pods', 2)],
      startTime: stampText(node.bootMs),
      cpu: cpu(time, 0),
      memory: memory(time, 0, true),
      io: { time, psi: NO_PRESSURE },
      network: network(time, 0),
      fs: disk(time, fsCapacity, new Slot(at.FS_USED, 13)),
      runtime: { imageFs, containerFs: disk(time, fsCapacity, new Slot(at.FS_USED, 13)) },
      rlimit: { time, maxpid: 4_194_304, curproc: 300 + 12 * places.length },
      swap: { time, swapAvailableBytes: 0, swapUsageBytes: 0 },
    },
    pods: places.map((place, index) => podShape(node, place, new TimeSlot(index + 1))),
  };
}

function podShape(node: SimNode, place: PodPlace, time: TimeSlot): object {
  const { pod, base } = place;
  const hasLimit = pod.containers.every((container) => container.memoryLimitBytes > 0);
  return {
    podRef: { name: pod.name, namespace: pod.namespace, uid: kubeletUid(pod) },
    startTime: stampText(place.startMs),
    containers: place.containers.map(({ container, base, startedMs }) => ({
      name: container.name,
      startTime: stampText(startedMs),
      cpu: cpu(time, base),
      memory: memory(time, base, container.memoryLimitBytes > 0),
      io: { time, psi: NO_PRESSURE },
      rootfs: disk(time, node.fsBytes, new Slot(base + at.ROOTFS_USED, 12), 30),
      logs: disk(time, node.fsBytes, new Slot(base + at.LOGS_USED, 12), 2),
      swap: { time, swapUsageBytes: 0 },
    })),
    cpu: cpu(time, base),
    memory: memory(time, base, hasLimit),
    io: { time, psi: NO_PRESSURE },
    // of a pod on the node's network the kubelet tells the node's traffic (google/cadvisor#2615)
    network: pod.hostNetwork ? network(new TimeSlot(0), 0) : network(time, base),
    volume: volumes(pod, base, time),
    'ephemeral-storage': disk(time, node.fsBytes, new Slot(base + at.EPHEMERAL_USED, 13), 40),
    process_stats: { process_count: 1 + (hash('processes', pod.uid) % 12) },
    swap: { time, swapUsageBytes: 0 },
  };
}

function cpu(time: TimeSlot, base: number): object {
  return {
    time,
    usageNanoCores: new Slot(base + at.NANOCORES, 12),
    usageCoreNanoSeconds: new Slot(base + at.CORE_NANOSECONDS, 19),
    psi: NO_PRESSURE,
  };
}

function memory(time: TimeSlot, base: number, hasLimit: boolean): object {
  return {
    time,
    availableBytes: hasLimit ? new Slot(base + at.AVAILABLE, 13) : undefined,
    usageBytes: new Slot(base + at.USAGE, 13),
    workingSetBytes: new Slot(base + at.WORKING_SET, 13),
    rssBytes: new Slot(base + at.RSS, 13),
    pageFaults: new Slot(base + at.FAULTS, 14),
    majorPageFaults: new Slot(base + at.MAJOR_FAULTS, 11),
    psi: NO_PRESSURE,
  };
}

function network(time: TimeSlot, base: number): object {
  const eth0 = {
    name: 'eth0',
    rxBytes: new Slot(base + at.RX, 17),
    rxErrors: 0,
    txBytes: new Slot(base + at.TX, 17),
    txErrors: 0,
  };
  return { time, ...eth0, interfaces: [eth0] };
}

function disk(time: TimeSlot, capacityBytes: number, usedBytes: Slot, inodesUsed = 210_000): object {
  return {
    time,
    availableBytes: new Slot(at.FS_AVAILABLE, 13),
    capacityBytes,
    usedBytes,
    inodesFree: INODES - 210_000,
    inodes: INODES,
    inodesUsed,
  };
}

function volumes(pod: SimPod, base: number, time: TimeSlot): object[] | undefined {
  if (pod.isMirror) return undefined;
  const capacityBytes = 10 * 1024 ** 3;
  const claims = pod.claims.map((name) => ({
    time,
    availableBytes: capacityBytes - 1024 ** 3,
    capacityBytes,
    usedBytes: new Slot(base + at.VOLUME_USED, 12),
    inodesFree: 655_000,
    inodes: 655_360,
    inodesUsed: 360,
    name: 'data',
    pvcRef: { name, namespace: pod.namespace },
  }));
  const token = {
    time,
    availableBytes: 1_073_729_536,
    capacityBytes: 1_073_741_824,
    usedBytes: 12_288,
    inodesFree: 4_101_000,
    inodes: 4_101_009,
    inodesUsed: 9,
    name: tokenVolume(pod),
  };
  return [...claims, token];
}

/** The name of the volume with the pod's service-account token. */
export function tokenVolume(pod: SimPod): string {
  return `kube-api-access-${pod.uid.slice(0, 5)}`;
}

/** A kubelet knows a static pod by the hash of its file; the API server gives the mirror a uid of its own. */
export function kubeletUid({ isMirror, uid }: SimPod): string {
  return isMirror ? uid.replaceAll('-', '') : uid;
}
