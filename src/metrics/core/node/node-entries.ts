/**
 * Puts together what runs on a node: what was measured (samples of any time) with what the cluster says is there. A pod that is there without a sample is in it, and so
 * is what was measured of a pod that the cluster no longer has. Pods are told apart by uid: one that was made again under the same name is another entry.
 */
import type { ClusterPod, PodContainer } from '../../../cluster/core/cluster-objects.js';
import type { MetricObject } from '../sample.js';
import { pathOf } from './container-path.js';
import { knownMetrics } from './known-metrics.js';

/** A pod of the node as the cluster has it, with what it belongs to. */
export interface NodePod {
  readonly pod: ClusterPod;
  /** `Kind/name`. */
  readonly workload?: string;
}

/** One object's values of one cycle, as the metric store gives them. */
export interface MeasuredObject {
  readonly object: MetricObject;
  readonly cycleAtMs: number;
  readonly values: readonly number[];
}

/** By the name of their metric; what is unknown is absent. */
export type Metrics = Readonly<Record<string, number>>;

/** What was measured of one thing in one cycle. */
export interface Moment {
  readonly atMs: number;
  metrics: Metrics;
  /** Of its file systems, interfaces, claims and extended resources. */
  readonly resources: { readonly resource: string; readonly metrics: Metrics }[];
}

/** One thing that runs on the node, or the node itself. */
export interface NodeEntry {
  readonly path: string;
  /** Without a resource. */
  readonly object: MetricObject;
  /** Ascending by time; none when nothing was measured. */
  readonly moments: Moment[];
  /** Of a pod or a container whose pod the cluster has. */
  readonly known?: NodePod;
  /** Of a container that its pod's specification has. */
  readonly container?: PodContainer;
}

/** Every entry, by path and uid; the node itself is always there. */
export function nodeEntries(
  node: string,
  measured: readonly MeasuredObject[],
  pods: readonly NodePod[],
): readonly NodeEntry[] {
  const entries = new Map<string, NodeEntry>();
  const put = (object: MetricObject, more: Pick<NodeEntry, 'known' | 'container'> = {}): NodeEntry => {
    const key = keyOf(object);
    const entry = entries.get(key) ?? { path: pathOf(object), object, moments: [], ...more };
    entries.set(key, entry);
    return entry;
  };
  put({ type: 'node', node });
  for (const known of pods) {
    const { namespace, name, uid, containers } = known.pod;
    const pod: MetricObject = { type: 'pod', node, namespace, pod: name, podUid: uid };
    put(pod, { known });
    for (const container of containers)
      put({ ...pod, type: 'pod_container', container: container.name }, { known, container });
  }
  for (const { object, cycleAtMs, values } of measured) {
    const { resource, ...identity } = object;
    const moment = momentOf(put(identity).moments, cycleAtMs);
    const metrics = knownMetrics(object, values);
    if (resource === undefined) moment.metrics = metrics;
    else moment.resources.push({ resource, metrics });
  }
  const sorted = [...entries].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, entry]) => entry);
  for (const { moments } of sorted) moments.sort((left, right) => left.atMs - right.atMs);
  return sorted;
}

/** Tells the things of one node apart. A blank stands in no name, and sorts before every character that may. */
export function keyOf(object: MetricObject): string {
  return `${pathOf(object)} ${object.podUid ?? ''}`;
}

function momentOf(moments: Moment[], atMs: number): Moment {
  const known = moments.find((moment) => moment.atMs === atMs);
  if (known) return known;
  const made: Moment = { atMs, metrics: {}, resources: [] };
  moments.push(made);
  return made;
}
