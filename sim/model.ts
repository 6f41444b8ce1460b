import type { Curve } from './curves.js';

/** What the simulated cluster is made of, before it takes the shape of Kubernetes objects or of a kubelet's answers. */

/** Counters are integrals since this moment or since a later start. */
export const EPOCH_MS = Date.UTC(2025, 5, 1);

export type Resources = Readonly<Record<string, string>>;

/** `leaking`: memory grows to the limit, then OOMKilled. `crashing`: runs for a while, fails, waits. */
export type Behaviour = 'steady' | 'leaking' | 'crashing';

export interface SimContainer {
  readonly name: string;
  readonly image: string;
  readonly requests?: Resources;
  readonly limits?: Resources;
  /** 0: no limit. */
  readonly memoryLimitBytes: number;
  /** Cores. */
  readonly cpu: Curve;
  /** Working set in bytes; for a leaking container where it starts. */
  readonly memory: Curve;
  readonly behaviour: Behaviour;
}

export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export interface SimPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: SimNode;
  labels: Record<string, string>;
  readonly owner?: Owner;
  readonly hostNetwork: boolean;
  /** A static pod's mirror in the API server. */
  readonly isMirror: boolean;
  readonly createdMs: number;
  /** When its containers start, of a pod that a workload's controller made; Infinity: their image cannot be pulled. */
  readonly startsMs?: number;
  /** Its share of the node's counters counts from here: for planned pods the node's boot, so that node counters never depend on the start. */
  readonly countsFromMs: number;
  /** When a Job's pod is done; its share of the node's counters then stands in the node's `cronCurves`. */
  readonly endMs?: number;
  readonly containers: readonly SimContainer[];
  readonly claims: readonly string[];
  /** Network bytes for each CPU-second. */
  readonly rxBytesPerCpuSecond: number;
  readonly txBytesPerCpuSecond: number;
  readonly ip: string;
}

/** What stands on a node's disk. */
export interface SimDisk {
  /** Of the whole disk, pods' own files aside. */
  usedBytes(): number;
  imageBytes(): number;
}

export interface SimNode {
  readonly name: string;
  readonly index: number;
  readonly uid: string;
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly fsBytes: number;
  labels: Record<string, string>;
  readonly extendedResources: Resources;
  readonly pods: SimPod[];
  readonly kubeletCpu: Curve;
  readonly runtimeCpu: Curve;
  readonly otherCpu: Curve;
  /** One curve for each CronJob that runs here: all of its runs, past and present. */
  readonly cronCurves: Curve[];
  /** The start of its counters; moves when the node reboots. */
  bootMs: number;
  reboots: number;
  /** CPU-seconds since boot of pods that were taken away. */
  retiredCpuSeconds: number;
  retiredRxBytes: number;
  retiredTxBytes: number;
  /** Where its kubelet listens; 0 until it does. */
  port: number;
  /** Changes whenever the set of pods does. */
  revision: number;
  /** As its agent finds it; absent where no agent ever ran. */
  disk?: SimDisk;
}

export interface SimWorkload {
  readonly apiVersion: string;
  readonly kind: 'Deployment' | 'ReplicaSet' | 'StatefulSet' | 'DaemonSet' | 'Job' | 'CronJob';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly createdMs: number;
  readonly replicas: number;
  readonly labels: Record<string, string>;
  readonly owner?: Owner;
  /** Of a CronJob. */
  readonly schedule?: string;
  /** Of a Job: when it began, and when it is done. */
  readonly startMs?: number;
  readonly endMs?: number;
  readonly containers: readonly SimContainer[];
}

/** A CronJob's plan: every `periodMs` a Job of one pod that runs for `runMs` on `node`. */
export interface SimCron {
  readonly workload: SimWorkload;
  readonly node: SimNode;
  readonly periodMs: number;
  readonly runMs: number;
}

export interface World {
  readonly seed: number;
  readonly namespaces: { readonly name: string; readonly createdMs: number; labels: Record<string, string> }[];
  readonly nodes: Map<string, SimNode>;
  /** By `namespace/name`. */
  readonly pods: Map<string, SimPod>;
  readonly workloads: SimWorkload[];
  readonly crons: SimCron[];
}

/** The key of a pod in `World.pods`. */
export function podKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
