import { OBJECT_TYPES, type ObjectType } from './sample.js';

/** `cumulative` counts up since the object's start; `gauge` is a level; there is no `delta` metric among the built-in ones. */
export type MetricKind = 'gauge' | 'cumulative';
export type MetricUnit = 'count' | 'bytes' | 'ms' | 'ns' | 'millicores' | 'ratio' | 'bytes/s' | '1/s';

/** One metric: the row from which the API's catalogue, the documentation and the store's columns come. */
export interface Metric {
  /** Heapster's name, such as `cpu/usage_rate`. */
  readonly name: string;
  readonly kind: MetricKind;
  readonly unit: MetricUnit;
  /** The object types that have it; empty when no source gives it (`source` says why). */
  readonly objects: readonly ObjectType[];
  /** True when it exists once per `resource_id` (file systems). */
  readonly labeled: boolean;
  /** True when the values of pods add up to those of their namespace and the cluster. */
  readonly summed: boolean;
  readonly description: string;
  /** How it is computed, or which field of the kubelet's Summary API it is. */
  readonly source: string;
}

const MEASURED = ['node', 'pod', 'pod_container', 'sys_container'] as const;
const NETWORKED = ['node', 'pod'] as const;
const SUMMED = ['cluster', 'ns', 'node', 'pod', 'pod_container', 'sys_container'] as const;
const CLAIMED = ['cluster', 'ns', 'node', 'pod', 'pod_container'] as const;
const NODE = ['node'] as const;
const RATE = 'difference of the counter / time between the two kubelet time stamps';
const SUM_OF_PODS = 'ns and cluster: sum over pods';

type Row = readonly [
  name: string,
  unit: MetricUnit,
  objects: readonly ObjectType[],
  description: string,
  source: string,
];

const row = ([name, unit, objects, description, source]: Row, kind: MetricKind, labeled = false): Metric => ({
  name,
  kind,
  unit,
  objects,
  labeled,
  summed: objects.includes('ns'),
  description,
  source,
});
const gauge = (...cells: Row): Metric => row(cells, 'gauge');
const counter = (...cells: Row): Metric => row(cells, 'cumulative');
const fileSystem = (...cells: Row): Metric => row(cells, 'gauge', true);

const FS_FIELDS = 'of node.fs, pod.volume[], container.rootfs and container.logs';

/**
 * Every metric, in a fixed order. Names, units and meanings are Heapster's (kubernetes-retired/heapster e1e8341, metrics/core/metrics.go and
 * docs/storage-schema.md). `memory/working_set` and `memory/rss` are summed for namespaces and the cluster too, which Heapster did not do.
 */
export const METRICS: readonly Metric[] = [
  counter('uptime', 'ms', MEASURED, 'Time since the object started', 'time stamp of the values - startTime'),
  gauge(
    'restart_count',
    'count',
    ['pod', 'pod_container'],
    'Restarts of the container; of a pod: of all its containers',
    'status.containerStatuses[].restartCount; init containers that ran to their end do not count for the pod',
  ),
  counter('cpu/usage', 'ns', MEASURED, 'CPU time used on all cores', 'cpu.usageCoreNanoSeconds'),
  gauge('cpu/usage_rate', 'millicores', SUMMED, 'CPU use', `cpu/usage: ${RATE}; ${SUM_OF_PODS}`),
  gauge(
    'cpu/request',
    'millicores',
    CLAIMED,
    'CPU requested; 0 when nothing is requested, which is what the scheduler counts then',
    `spec.containers[].resources.requests.cpu; pod: sum over containers and sidecars; node: sum over its pods; ${SUM_OF_PODS}`,
  ),
  gauge(
    'cpu/limit',
    'millicores',
    CLAIMED,
    'CPU limit; absent when there is none (unlimited)',
    `spec.containers[].resources.limits.cpu; sums are over what has a limit, absent when nothing has; ${SUM_OF_PODS}`,
  ),
  gauge('cpu/node_capacity', 'millicores', NODE, 'CPU capacity of the node', 'status.capacity.cpu'),
  gauge('cpu/node_allocatable', 'millicores', NODE, 'CPU that pods may request', 'status.allocatable.cpu'),
  gauge('cpu/node_utilization', 'ratio', NODE, 'Share of the allocatable CPU in use', 'cpu/usage_rate / allocatable'),
  gauge('cpu/node_reservation', 'ratio', NODE, 'Share of the allocatable CPU requested', 'cpu/request / allocatable'),
  gauge('memory/usage', 'bytes', SUMMED, 'Memory in use, page cache included', `memory.usageBytes; ${SUM_OF_PODS}`),
  gauge(
    'memory/working_set',
    'bytes',
    SUMMED,
    'Memory in use that cannot be reclaimed at once',
    `memory.workingSetBytes; ${SUM_OF_PODS}`,
  ),
  gauge('memory/rss', 'bytes', SUMMED, 'Anonymous memory', `memory.rssBytes; ${SUM_OF_PODS}`),
  gauge(
    'memory/cache',
    'bytes',
    [],
    'Page cache',
    "not collected: the Summary API lacks it, and usage - rss also counts the kernel's memory, so nothing is derived",
  ),
  counter('memory/page_faults', 'count', MEASURED, 'Page faults', 'memory.pageFaults'),
  gauge('memory/page_faults_rate', '1/s', MEASURED, 'Page faults a second', `memory/page_faults: ${RATE}`),
  counter('memory/major_page_faults', 'count', MEASURED, 'Page faults that read a disk', 'memory.majorPageFaults'),
  gauge(
    'memory/request',
    'bytes',
    CLAIMED,
    'Memory requested; 0 when nothing is requested, which is what the scheduler counts then',
    `spec.containers[].resources.requests.memory; summed as cpu/request; ${SUM_OF_PODS}`,
  ),
  gauge(
    'memory/limit',
    'bytes',
    CLAIMED,
    'Memory limit; absent when there is none (unlimited)',
    `spec.containers[].resources.limits.memory; summed as cpu/limit; ${SUM_OF_PODS}`,
  ),
  gauge('memory/node_capacity', 'bytes', NODE, 'Memory capacity of the node', 'status.capacity.memory'),
  gauge('memory/node_allocatable', 'bytes', NODE, 'Memory that pods may request', 'status.allocatable.memory'),
  gauge('memory/node_utilization', 'ratio', NODE, 'Share of allocatable memory in use', 'memory/usage / allocatable'),
  gauge(
    'memory/node_reservation',
    'ratio',
    NODE,
    'Share of the allocatable memory requested',
    'memory/request / allocatable',
  ),
  counter('network/rx', 'bytes', NETWORKED, 'Bytes received on the default interface', 'network.rxBytes'),
  gauge('network/rx_rate', 'bytes/s', NETWORKED, 'Bytes received a second', `network/rx: ${RATE}`),
  counter('network/rx_errors', 'count', NETWORKED, 'Errors while receiving', 'network.rxErrors'),
  gauge('network/rx_errors_rate', '1/s', NETWORKED, 'Receive errors a second', `network/rx_errors: ${RATE}`),
  counter('network/tx', 'bytes', NETWORKED, 'Bytes sent on the default interface', 'network.txBytes'),
  gauge('network/tx_rate', 'bytes/s', NETWORKED, 'Bytes sent a second', `network/tx: ${RATE}`),
  counter('network/tx_errors', 'count', NETWORKED, 'Errors while sending', 'network.txErrors'),
  gauge('network/tx_errors_rate', '1/s', NETWORKED, 'Send errors a second', `network/tx_errors: ${RATE}`),
  fileSystem('filesystem/usage', 'bytes', MEASURED, 'Bytes used on the file system', `usedBytes ${FS_FIELDS}`),
  fileSystem('filesystem/limit', 'bytes', MEASURED, 'Size of the file system', `capacityBytes ${FS_FIELDS}`),
  fileSystem('filesystem/available', 'bytes', MEASURED, 'Bytes free on the file system', `availableBytes ${FS_FIELDS}`),
  fileSystem('filesystem/inodes', 'count', MEASURED, 'Inodes of the file system', `inodes ${FS_FIELDS}`),
  fileSystem('filesystem/inodes_free', 'count', MEASURED, 'Inodes free', `inodesFree ${FS_FIELDS}`),
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
const byType: ReadonlyMap<ObjectType, readonly Metric[]> = new Map(
  OBJECT_TYPES.map((type) => [type, METRICS.filter((metric) => !metric.labeled && metric.objects.includes(type))]),
);

/** The metrics of samples whose object has a `resource`: their order is the order of those samples' values. */
export const LABELED_METRICS: readonly Metric[] = METRICS.filter((metric) => metric.labeled);

/** The metric of this name or of this alias of Heapster (`cpu-usage`). */
export function findMetric(name: string): Metric | undefined {
  return byName.get(ALIASES.get(name) ?? name);
}

/** The other names that `findMetric` takes for this metric. */
export function aliasesOf(name: string): string[] {
  return [...ALIASES].flatMap(([alias, of]) => (of === name ? [alias] : []));
}

/** The unlabelled metrics of an object type, in the order of `Sample.values`. */
export function metricsOf(type: ObjectType): readonly Metric[] {
  return byType.get(type) ?? [];
}

/**
 * Where a metric's value stands in `Sample.values` of this object type: among `metricsOf(type)`, or among `LABELED_METRICS` when it is labelled.
 * -1 when the type has no such metric.
 */
export function metricIndex(type: ObjectType, name: string): number {
  const metric = findMetric(name);
  if (!metric || !metric.objects.includes(type)) return -1;
  return (metric.labeled ? LABELED_METRICS : metricsOf(type)).indexOf(metric);
}
