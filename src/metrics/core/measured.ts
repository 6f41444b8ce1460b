/**
 * The working form of one node's figures between the kubelet's answer and the samples: made by `decodeSummary`, completed with rates by
 * `rateNode`, with facts of the cluster by `enrichNode`. Values stand in slots (one for each unlabelled metric of the catalogue, whatever the
 * type), so that every step addresses them by a constant index.
 */
import { METRICS, metricsOf } from './metric-catalogue.js';
import type { ObjectType } from './sample.js';

const SLOTS = METRICS.filter((metric) => metric.family === undefined);
const UNKNOWN = SLOTS.map(() => NaN);
const UNKNOWN_FILE_SYSTEM = metricsOf('node', 'filesystem').map(() => NaN);

export interface FileSystem {
  /** Heapster's `resource_id`: `/`, `logs`, `Volume:<name>`. */
  readonly resource: string;
  /** In the order of `metricsOf('node', 'filesystem')`; NaN is unknown. */
  readonly values: number[];
}

/** What was measured of one object. NaN is unknown in every number. Times are ms since the epoch by the node's clock. */
export interface Measured {
  /** One value a slot (`slotOf`). */
  readonly values: number[];
  startMs: number;
  /** The kubelet's time stamps, one for each group of counters. */
  cpuAtMs: number;
  memoryAtMs: number;
  networkAtMs: number;
  readonly fileSystems: FileSystem[];
}

export interface MeasuredContainer {
  readonly name: string;
  readonly measured: Measured;
}

export interface MeasuredPod {
  readonly namespace: string;
  readonly name: string;
  /** The uid under which the kubelet knows the pod. */
  readonly uid: string;
  readonly measured: Measured;
  readonly containers: MeasuredContainer[];
}

export interface MeasuredNode {
  readonly name: string;
  readonly measured: Measured;
  readonly systemContainers: MeasuredContainer[];
  readonly pods: MeasuredPod[];
}

/** The slot of an unlabelled metric. Throws for a name that the catalogue does not have: a mistake in the program. */
export function slotOf(name: string): number {
  const slot = SLOTS.findIndex((metric) => metric.name === name);
  if (slot < 0) throw new Error(`no unlabelled metric is named ${name}`);
  return slot;
}

/** For each value of a sample of this type, the slot that it comes from. */
export function slotsOf(type: ObjectType): readonly number[] {
  return metricsOf(type).map((metric) => slotOf(metric.name));
}

/** An object of which nothing is known yet. */
export function unmeasured(): Measured {
  return {
    values: UNKNOWN.slice(),
    startMs: NaN,
    cpuAtMs: NaN,
    memoryAtMs: NaN,
    networkAtMs: NaN,
    fileSystems: [],
  };
}

/** A file system of which nothing is known yet. */
export function unknownFileSystem(resource: string): FileSystem {
  return { resource, values: UNKNOWN_FILE_SYSTEM.slice() };
}

/** When an object was measured by the node's clock: the stamp of its CPU figures, else of its memory, else of its network; NaN without any. */
export function sampledAtMs(measured: Measured): number {
  if (!Number.isNaN(measured.cpuAtMs)) return measured.cpuAtMs;
  return Number.isNaN(measured.memoryAtMs) ? measured.networkAtMs : measured.memoryAtMs;
}
