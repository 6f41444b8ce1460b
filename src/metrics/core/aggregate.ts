/**
 * Sums of pods for namespaces and the cluster, made in parts: each shard of nodes gives partial sums, and any split of the nodes, any order and
 * any repetition gives the identical result. For that the sums are exact: values are counted in whole units (millicores in millionths, which are nanocores),
 * and whole numbers below 2^53 add without rounding; that holds up to nine million cores or nine petabytes.
 *
 * A sum is over the pods of which the value is known, and unknown when it is of none. The cluster is the sum of its namespaces, so it is without kubelets, runtimes and
 * the kernel, as in Heapster (namespace_aggregator.go, cluster_aggregator.go): the nodes' own samples have those.
 */
import { metricIndex, metricsOf } from './metric-catalogue.js';
import type { MetricObject, Sample } from './sample.js';

const NANOCORES = 1_000_000;
const SUMMED = metricsOf('ns').map((metric) => ({
  index: metricIndex('pod', metric.name),
  scale: metric.unit === 'millicores' ? NANOCORES : 1,
}));

/** One namespace's sums, in the order of `metricsOf('ns')`: whole numbers, and over how many pods each is. */
export interface NamespaceSums {
  readonly namespace: string;
  readonly sums: number[];
  readonly counts: number[];
}

/** The sums of some nodes' pods, ordered by namespace. Plain JSON. */
export type PartialSums = readonly NamespaceSums[];

/** The partial sums of these samples; other types than pods are passed over. */
export function sumPods(samples: Iterable<Sample>): PartialSums {
  const byNamespace = new Map<string, NamespaceSums>();
  for (const { object, values } of samples) {
    if (object.type !== 'pod' || object.resource !== undefined || object.namespace === undefined) continue;
    const { sums, counts } = sumsOf(byNamespace, object.namespace);
    SUMMED.forEach(({ index, scale }, at) => {
      const value = values[index] ?? NaN;
      if (Number.isNaN(value)) return;
      sums[at] = (sums[at] ?? 0) + Math.round(value * scale);
      counts[at] = (counts[at] ?? 0) + 1;
    });
  }
  return ordered(byNamespace);
}

/** Merges the sums of disjoint sets of nodes. */
export function mergeSums(parts: Iterable<PartialSums>): PartialSums {
  const byNamespace = new Map<string, NamespaceSums>();
  for (const part of parts) for (const one of part) addTo(sumsOf(byNamespace, one.namespace), one);
  return ordered(byNamespace);
}

/** The `ns` samples, ordered by name, and after them the `cluster` sample; none at all when there is no sum of anything. */
export function closeSums(sums: PartialSums): Sample[] {
  const samples: Sample[] = [];
  const cluster = empty('');
  for (const one of sums) {
    if (one.counts.every((count) => count === 0)) continue;
    addTo(cluster, one);
    samples.push(toSample({ type: 'ns', namespace: one.namespace }, one));
  }
  return samples.length === 0 ? [] : [...samples, toSample({ type: 'cluster' }, cluster)];
}

function toSample(object: MetricObject, { sums, counts }: NamespaceSums): Sample {
  const values = SUMMED.map(({ scale }, at) => (counts[at] ? (sums[at] ?? NaN) / scale : NaN));
  return { object, sampledAtMs: undefined, values };
}

function addTo(to: NamespaceSums, from: NamespaceSums): void {
  SUMMED.forEach((_, at) => {
    to.sums[at] = (to.sums[at] ?? 0) + (from.sums[at] ?? 0);
    to.counts[at] = (to.counts[at] ?? 0) + (from.counts[at] ?? 0);
  });
}

function empty(namespace: string): NamespaceSums {
  return { namespace, sums: SUMMED.map(() => 0), counts: SUMMED.map(() => 0) };
}

function sumsOf(byNamespace: Map<string, NamespaceSums>, namespace: string): NamespaceSums {
  const known = byNamespace.get(namespace);
  if (known) return known;
  const made = empty(namespace);
  byNamespace.set(namespace, made);
  return made;
}

function ordered(byNamespace: Map<string, NamespaceSums>): PartialSums {
  return [...byNamespace.values()].sort((a, b) => (a.namespace < b.namespace ? -1 : 1));
}
