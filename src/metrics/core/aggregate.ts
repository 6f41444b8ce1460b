/**
 * Sums of pods for namespaces and the cluster, and of nodes for the cluster, made in parts: each shard of nodes gives partial sums, and any split of the nodes,
 * any order and any repetition gives the identical result. For that the sums are exact: values are counted in whole units (`SCALES`: millicores in
 * millionths, which are nanocores), and whole numbers below 2^53 add without rounding; that holds up to nine million cores or nine petabytes.
 *
 * A sum is over what the value is known of, and unknown when it is of nothing. The cluster is the sum of its namespaces, so it is without kubelets, runtimes and
 * the kernel, as in Heapster (namespace_aggregator.go, cluster_aggregator.go); beside it stand the sums of the nodes, which have those, and the difference,
 * so that nobody need wonder why one is not the other (heapster#1593).
 */
import { metricIndex, metricsOf } from './metric-catalogue.js';
import type { MetricObject, Sample } from './sample.js';

const SCALES: Readonly<Record<string, number>> = { millicores: 1_000_000, 'bytes/s': 1000 };

interface Summed {
  /** Where the value stands in a sample of a pod (or node). */
  readonly index: number;
  readonly scale: number;
}

const OF_PODS: readonly Summed[] = metricsOf('ns').map(({ name, unit }) => ({
  index: metricIndex('pod', name),
  scale: SCALES[unit] ?? 1,
}));

/** Sums of nodes: the node's metric, and what the cluster calls its sum where that is a metric of its own. */
const NODE_SUMS = [
  ['cpu/usage_rate', 'cpu/node_usage_rate'],
  ['cpu/node_capacity', 'cpu/node_capacity'],
  ['cpu/node_allocatable', 'cpu/node_allocatable'],
  ['memory/usage', 'memory/node_usage'],
  ['memory/working_set', 'memory/node_working_set'],
  ['memory/node_capacity', 'memory/node_capacity'],
  ['memory/node_allocatable', 'memory/node_allocatable'],
  ['ephemeral_storage/usage', undefined],
  ['ephemeral_storage/node_capacity', 'ephemeral_storage/node_capacity'],
  ['ephemeral_storage/node_allocatable', 'ephemeral_storage/node_allocatable'],
] as const;
const OF_NODES: readonly Summed[] = NODE_SUMS.map(([name]) => ({
  index: metricIndex('node', name),
  scale: name.startsWith('cpu/') ? (SCALES['millicores'] ?? 1) : 1,
}));
const nodeSum = (name: (typeof NODE_SUMS)[number][0]): number => NODE_SUMS.findIndex(([one]) => one === name);

/** Shares of what is allocatable: by the nodes' use, and by the pods' requests. */
const SHARES = (['cpu', 'memory', 'ephemeral_storage'] as const).map((resource) => ({
  usage: nodeSum(resource === 'cpu' ? 'cpu/usage_rate' : `${resource}/usage`),
  allocatable: nodeSum(`${resource}/node_allocatable`),
  request: metricIndex('cluster', `${resource}/request`),
  utilization: metricIndex('cluster', `${resource}/node_utilization`),
  reservation: metricIndex('cluster', `${resource}/node_reservation`),
}));
/** What the nodes use beyond their pods. */
const SYSTEM = (
  [
    ['cpu/system_usage_rate', 'cpu/usage_rate'],
    ['memory/system_working_set', 'memory/working_set'],
  ] as const
).map(([system, usage]) => ({
  system: metricIndex('cluster', system),
  whole: nodeSum(usage),
  part: metricIndex('cluster', usage),
}));
/** For each metric of a namespace, where the cluster has it. */
const PLACE_IN_CLUSTER = metricsOf('ns').map(({ name }) => metricIndex('cluster', name));
const NODE_PLACES = NODE_SUMS.map(([, name]) => (name === undefined ? -1 : metricIndex('cluster', name)));

/** Whole numbers, and over how many objects each is. */
export interface Sums {
  readonly sums: number[];
  readonly counts: number[];
}

/** One namespace's sums, in the order of `metricsOf('ns')`. */
export interface NamespaceSums extends Sums {
  readonly namespace: string;
}

/** The sums of some nodes and their pods; namespaces ordered by name. Plain JSON. */
export interface PartialSums {
  readonly namespaces: readonly NamespaceSums[];
  /** In the order of `NODE_SUMS`. */
  readonly nodes: Sums;
}

/** Partial sums in the making. */
export class Summing {
  private readonly namespaces = new Map<string, NamespaceSums>();
  private readonly nodes = empty(OF_NODES);

  /** Adds pods and nodes; samples of other types are passed over. */
  add(samples: Iterable<Sample>): void {
    for (const { object, values } of samples) {
      if (object.resource !== undefined) continue;
      if (object.type === 'node') add(this.nodes, OF_NODES, values);
      else if (object.type === 'pod' && object.namespace !== undefined) {
        add(sumsOf(this.namespaces, object.namespace), OF_PODS, values);
      }
    }
  }

  sums(): PartialSums {
    return { namespaces: ordered(this.namespaces), nodes: this.nodes };
  }
}

/** The partial sums of these samples. */
export function sumSamples(samples: Iterable<Sample>): PartialSums {
  const summing = new Summing();
  summing.add(samples);
  return summing.sums();
}

/** Merges the sums of disjoint sets of nodes. */
export function mergeSums(parts: Iterable<PartialSums>): PartialSums {
  const namespaces = new Map<string, NamespaceSums>();
  const nodes = empty(OF_NODES);
  for (const part of parts) {
    addSums(nodes, part.nodes);
    for (const one of part.namespaces) addSums(sumsOf(namespaces, one.namespace), one);
  }
  return { namespaces: ordered(namespaces), nodes };
}

/** The `ns` samples, ordered by name, and after them the `cluster` sample; none at all when there is no sum of anything. */
export function closeSums({ namespaces, nodes }: PartialSums): Sample[] {
  const samples: Sample[] = [];
  const pods = empty(OF_PODS);
  for (const one of namespaces) {
    if (one.counts.every((count) => count === 0)) continue;
    addSums(pods, one);
    samples.push(toSample({ type: 'ns', namespace: one.namespace }, valuesOf(one, OF_PODS)));
  }
  if (samples.length === 0 && nodes.counts.every((count) => count === 0)) return [];
  return [...samples, toSample({ type: 'cluster' }, clusterValues(pods, nodes))];
}

function clusterValues(pods: Sums, nodes: Sums): number[] {
  const values = metricsOf('cluster').map(() => NaN);
  valuesOf(pods, OF_PODS).forEach((value, at) => (values[PLACE_IN_CLUSTER[at]!] = value));
  const ofNodes = valuesOf(nodes, OF_NODES);
  ofNodes.forEach((value, at) => {
    if (NODE_PLACES[at] !== -1) values[NODE_PLACES[at]!] = value;
  });
  for (const { usage, allocatable, request, utilization, reservation } of SHARES) {
    const whole = ofNodes[allocatable]!;
    if (!(whole > 0)) continue;
    values[reservation] = values[request]! / whole;
    // the use of some nodes over what all of them have would be too little
    if (nodes.counts[usage] === nodes.counts[allocatable]) values[utilization] = ofNodes[usage]! / whole;
  }
  const nodeCount = Math.max(...nodes.counts);
  for (const { system, whole, part } of SYSTEM) {
    // the use of some nodes less that of the pods on all of them would be too little
    if (nodes.counts[whole] !== nodeCount) continue;
    // a node and its pods are measured some seconds apart, so that a small difference may come out below zero
    values[system] = Math.max(0, ofNodes[whole]! - values[part]!);
  }
  return values;
}

function toSample(object: MetricObject, values: number[]): Sample {
  return { object, sampledAtMs: undefined, values };
}

function valuesOf({ sums, counts }: Sums, of: readonly Summed[]): number[] {
  return of.map(({ scale }, at) => (counts[at] ? (sums[at] ?? NaN) / scale : NaN));
}

function add(to: Sums, of: readonly Summed[], values: readonly number[]): void {
  of.forEach(({ index, scale }, at) => {
    const value = values[index] ?? NaN;
    if (Number.isNaN(value)) return;
    to.sums[at] = (to.sums[at] ?? 0) + Math.round(value * scale);
    to.counts[at] = (to.counts[at] ?? 0) + 1;
  });
}

function addSums(to: Sums, from: Sums): void {
  to.sums.forEach((sum, at) => {
    to.sums[at] = sum + (from.sums[at] ?? 0);
    to.counts[at] = (to.counts[at] ?? 0) + (from.counts[at] ?? 0);
  });
}

function empty(of: readonly Summed[]): Sums {
  return { sums: of.map(() => 0), counts: of.map(() => 0) };
}

function sumsOf(namespaces: Map<string, NamespaceSums>, namespace: string): NamespaceSums {
  const known = namespaces.get(namespace);
  if (known) return known;
  const made = { namespace, ...empty(OF_PODS) };
  namespaces.set(namespace, made);
  return made;
}

function ordered(namespaces: Map<string, NamespaceSums>): NamespaceSums[] {
  return [...namespaces.values()].sort((a, b) => (a.namespace < b.namespace ? -1 : 1));
}
