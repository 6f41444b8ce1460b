import { metricIndex } from '../metric-catalogue.js';
import type { MetricObject, ObjectType } from '../sample.js';

/**
 * Puts what is there, what is asked for and what is used side by side, for the cluster, a node, a namespace or a workload. A workload's figures are the sums over
 * its pods, as far as they have one: what no pod has is unknown, and never a zero. Waste is what is requested and not used: requests less the 95th percentile of
 * use, at least 0. No sample of the cluster tells its nodes' local storage: there it is the sum over the nodes' samples.
 */
export const USAGE_SCOPES = ['cluster', 'node', 'namespace', 'workload'] as const;
export type UsageScope = (typeof USAGE_SCOPES)[number];
export const USAGE_RESOURCES = ['cpu', 'memory', 'ephemeralStorage'] as const;
export type UsageResource = (typeof USAGE_RESOURCES)[number];

/** The figures that are read of the newest sample, and the metrics that they are. */
const FIGURES: Readonly<Record<UsageResource, Readonly<Record<string, string>>>> = {
  cpu: {
    capacity: 'cpu/node_capacity',
    allocatable: 'cpu/node_allocatable',
    requests: 'cpu/request',
    limits: 'cpu/limit',
    usage: 'cpu/usage_rate',
    nodeUsage: 'cpu/node_usage_rate',
    systemUsage: 'cpu/system_usage_rate',
  },
  memory: {
    capacity: 'memory/node_capacity',
    allocatable: 'memory/node_allocatable',
    requests: 'memory/request',
    limits: 'memory/limit',
    usage: 'memory/working_set',
    nodeUsage: 'memory/node_working_set',
    systemUsage: 'memory/system_working_set',
  },
  ephemeralStorage: {
    capacity: 'ephemeral_storage/node_capacity',
    allocatable: 'ephemeral_storage/node_allocatable',
    requests: 'ephemeral_storage/request',
    limits: 'ephemeral_storage/limit',
    usage: 'ephemeral_storage/usage',
  },
};

/** The metric whose use over time is held against the requests. */
export const USAGE_METRICS: Readonly<Record<UsageResource, string>> = {
  cpu: 'cpu/usage_rate',
  memory: 'memory/working_set',
  ephemeralStorage: 'ephemeral_storage/usage',
};

/** The objects whose samples tell of a scope; for the cluster those of its nodes are looked at beside. */
export const USAGE_OBJECTS: Readonly<Record<UsageScope, ObjectType>> = {
  cluster: 'cluster',
  node: 'node',
  namespace: 'ns',
  workload: 'pod',
};

/** What a summary is of. */
export type UsageSubject = Pick<MetricObject, 'node' | 'namespace' | 'workload'>;

/** The figures of one resource; one that is unknown is absent. */
export type ResourceUsage = Partial<
  Record<
    'capacity' | 'allocatable' | 'requests' | 'limits' | 'usage' | 'nodeUsage' | 'systemUsage' | 'usageP95' | 'waste',
    number
  >
>;

export interface UsageSummary {
  readonly subject: UsageSubject;
  /** How many pods a workload has. */
  readonly pods?: number;
  readonly resources: Readonly<Record<UsageResource, ResourceUsage>>;
}

/** One object's newest values, in the order of `metricsOf(type)`. */
interface Newest {
  readonly object: MetricObject;
  readonly values: readonly number[];
}

/** What an object counts for; undefined for a pod that belongs to no workload. */
export function subjectOf(scope: UsageScope, { node, namespace, workload }: MetricObject): UsageSubject | undefined {
  if (scope === 'cluster') return {};
  if (scope === 'node') return node === undefined ? undefined : { node };
  if (namespace === undefined) return undefined;
  if (scope === 'namespace') return { namespace };
  return workload === undefined ? undefined : { namespace, workload };
}

/** A subject as text, to find it again. */
export function subjectKey({ namespace = '', node = '', workload = '' }: UsageSubject): string {
  return JSON.stringify([namespace, node, workload]);
}

/**
 * @param samples the newest samples of the scope's objects
 * @param p95 of each resource, by `subjectKey`
 * @returns by namespace, node and workload
 */
export function summarizeUsage(
  scope: UsageScope,
  samples: readonly Newest[],
  p95: Readonly<Record<UsageResource, ReadonlyMap<string, number>>>,
): UsageSummary[] {
  const bySubject = Map.groupBy(samples, ({ object }) => {
    const subject = object.type === USAGE_OBJECTS[scope] ? subjectOf(scope, object) : undefined;
    return subject && subjectKey(subject);
  });
  const nodes = scope === 'cluster' ? samples.filter(({ object }) => object.type === 'node') : [];
  return [...bySubject]
    .flatMap(([key, ofSubject]) => (key === undefined ? [] : [{ key, ofSubject }]))
    .sort((left, right) => (left.key < right.key ? -1 : 1))
    .map(({ key, ofSubject }) => ({
      subject: subjectOf(scope, ofSubject[0]?.object ?? { type: 'cluster' }) ?? {},
      ...(scope === 'workload' ? { pods: ofSubject.length } : {}),
      resources: {
        cpu: resourceUsage('cpu', ofSubject, p95.cpu.get(key)),
        memory: resourceUsage('memory', ofSubject, p95.memory.get(key)),
        ephemeralStorage: withNodes(resourceUsage('ephemeralStorage', ofSubject, p95.ephemeralStorage.get(key)), nodes),
      },
    }));
}

function resourceUsage(
  resource: UsageResource,
  samples: readonly Newest[],
  usageP95: number | undefined,
): ResourceUsage {
  const figures = Object.entries(FIGURES[resource]).flatMap(([figure, metric]): [string, number][] => {
    const known = samples.map(({ object, values }) => values[metricIndex(object.type, metric)]).filter(isKnown);
    return known.length === 0 ? [] : [[figure, known.reduce((sum, value) => sum + value, 0)]];
  });
  const read: ResourceUsage = Object.fromEntries(figures);
  if (usageP95 === undefined) return read;
  return {
    ...read,
    usageP95,
    ...(read.requests === undefined ? {} : { waste: Math.max(0, read.requests - usageP95) }),
  };
}

/** What the nodes use as wholes, and what of it is not their pods'. */
function withNodes(usage: ResourceUsage, nodes: readonly Newest[]): ResourceUsage {
  const { usage: nodeUsage } = resourceUsage('ephemeralStorage', nodes, undefined);
  if (nodeUsage === undefined) return usage;
  return { ...usage, nodeUsage, ...(usage.usage === undefined ? {} : { systemUsage: nodeUsage - usage.usage }) };
}

function isKnown(value: number | undefined): value is number {
  return value !== undefined && !Number.isNaN(value);
}
