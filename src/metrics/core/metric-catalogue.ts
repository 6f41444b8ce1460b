import { ABSENT_METRICS } from './catalogue/absent.js';
import { CPU_METRICS } from './catalogue/cpu.js';
import { CUSTOM_METRICS } from './catalogue/custom.js';
import { EXTENDED_METRICS, LIFECYCLE_METRICS } from './catalogue/lifecycle.js';
import { MEMORY_METRICS } from './catalogue/memory.js';
import type { Metric } from './catalogue/metric.js';
import { NETWORK_METRICS } from './catalogue/network.js';
import { PRESSURE_METRICS } from './catalogue/pressure.js';
import { STORAGE_METRICS } from './catalogue/storage.js';
import {
  familyOf,
  type MetricObject,
  OBJECT_TYPES,
  type ObjectType,
  RESOURCE_FAMILIES,
  type ResourceFamily,
} from './sample.js';

/**
 * Every metric, in a fixed order. Names, units and meanings are Heapster's (kubernetes-retired/heapster e1e8341, metrics/core/metrics.go and
 * docs/storage-schema.md) and, beyond it, those of the kubelet's Summary API (Kubernetes 1.34).
 */
export const METRICS: readonly Metric[] = [
  ...LIFECYCLE_METRICS,
  ...CPU_METRICS,
  ...MEMORY_METRICS,
  ...NETWORK_METRICS,
  ...STORAGE_METRICS,
  ...PRESSURE_METRICS,
  ...EXTENDED_METRICS,
  ...CUSTOM_METRICS,
  ...ABSENT_METRICS,
];

/** The short names that Heapster's model API took. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['cpu-usage', 'cpu/usage_rate'],
  ['cpu-limit', 'cpu/limit'],
  ['memory-limit', 'memory/limit'],
  ['memory-usage', 'memory/usage'],
  ['memory-working', 'memory/working_set'],
]);

const byName: ReadonlyMap<string, Metric> = new Map(METRICS.map((metric) => [metric.name, metric]));
const byKind: ReadonlyMap<string, readonly Metric[]> = new Map(
  OBJECT_TYPES.flatMap((type) =>
    [undefined, ...RESOURCE_FAMILIES].map((family) => [
      kindKey(type, family),
      METRICS.filter((metric) => metric.family === family && metric.objects.includes(type)),
    ]),
  ),
);

/** The metric of this name or of this alias of Heapster (`cpu-usage`). */
export function findMetric(name: string): Metric | undefined {
  return byName.get(ALIASES.get(name) ?? name);
}

/** The other names that `findMetric` takes for this metric. */
export function aliasesOf(name: string): string[] {
  return [...ALIASES].flatMap(([alias, of]) => (of === name ? [alias] : []));
}

/** The metrics of an object type, or of a family of its resources, in the order of `Sample.values`. */
export function metricsOf(type: ObjectType, family?: ResourceFamily): readonly Metric[] {
  return byKind.get(kindKey(type, family)) ?? [];
}

/** The metrics of this object's samples, in the order of their values. */
export function metricsOfObject({ type, resource }: Pick<MetricObject, 'type' | 'resource'>): readonly Metric[] {
  return metricsOf(type, resource === undefined ? undefined : familyOf(resource));
}

/**
 * Where a metric's value stands in `Sample.values` of this object type: among `metricsOf(type)`, or among `metricsOf(type, family)` when it has a family.
 * -1 when the type has no such metric.
 */
export function metricIndex(type: ObjectType, name: string): number {
  const metric = findMetric(name);
  return metric ? metricsOf(type, metric.family).indexOf(metric) : -1;
}

function kindKey(type: ObjectType, family: ResourceFamily | undefined): string {
  return family === undefined ? type : `${type} ${family}`;
}
