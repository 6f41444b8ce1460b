import { METRICS, metricsOf } from './metric-catalogue.js';
import { RESOURCE_FAMILIES, type ObjectType, type ResourceFamily } from './sample.js';

/**
 * The working form of one node's figures between the kubelet's answer and the samples: made by `decodeSummary`, completed with rates by
 * `rateNode`, with facts of the cluster by `enrichNode`. Values stand in slots (one for each metric of the catalogue without a family, whatever the
 * type), so that every step addresses them by a constant index.
 */

const SLOTS = METRICS.filter((metric) => metric.family === undefined && metric.objects.length > 0);
const UNKNOWN = SLOTS.map(() => NaN);

/** One file system, interface, claim or extended resource of an object. */
export interface MeasuredResource {
  readonly resource: string;
  /** In the order of the metrics of the object's type and the resource's family; NaN is unknown. */
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
  ioAtMs: number;
  readonly resources: MeasuredResource[];
  /** Network interfaces, apart because they have counters of their own. */
  readonly interfaces: MeasuredResource[];
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

/** The slot of a metric without a family. Throws for a name that the catalogue does not have: a mistake in the program. */
export function slotOf(name: string): number {
  const slot = SLOTS.findIndex((metric) => metric.name === name);
  if (slot < 0) throw new Error(`no metric without a family is named ${name}`);
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
    ioAtMs: NaN,
    resources: [],
    interfaces: [],
  };
}

const UNKNOWN_RESOURCE = Object.fromEntries(
  RESOURCE_FAMILIES.map((family) => [
    family,
    { node: metricsOf('node', family).map(() => NaN), pod: metricsOf('pod', family).map(() => NaN) },
  ]),
) as Record<ResourceFamily, Record<'node' | 'pod', number[]>>;

/** A resource of which nothing is known yet; pods and containers have the same metrics of each family. */
export function resourceOf(of: 'node' | 'pod', family: ResourceFamily, resource: string): MeasuredResource {
  return { resource, values: UNKNOWN_RESOURCE[family][of].slice() };
}

/** When an object was measured by the node's clock: the stamp of its CPU figures, else of its memory, else of its network; NaN without any. */
export function sampledAtMs(measured: Measured): number {
  if (!Number.isNaN(measured.cpuAtMs)) return measured.cpuAtMs;
  return Number.isNaN(measured.memoryAtMs) ? measured.networkAtMs : measured.memoryAtMs;
}
