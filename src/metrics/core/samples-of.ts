/** Turns measured objects into samples: picks a type's values from the slots, and adds one sample for each of its resources. */
import type { PodFacts } from './facts.js';
import { sampledAtMs, slotsOf, type Measured, type MeasuredPod } from './measured.js';
import { OBJECT_TYPES, type MetricObject, type ObjectType, type Sample } from './sample.js';

type Building = { -readonly [Key in keyof MetricObject]: MetricObject[Key] };

const SLOTS = Object.fromEntries(OBJECT_TYPES.map((type) => [type, slotsOf(type)])) as Record<
  ObjectType,
  readonly number[]
>;

/** Copied for each sample: an array of doubles of the right size from the start, where one that grows is allocated four times. */
const UNKNOWN: Readonly<Record<ObjectType, readonly number[]>> = {
  cluster: SLOTS.cluster.map(() => NaN),
  ns: SLOTS.ns.map(() => NaN),
  node: SLOTS.node.map(() => NaN),
  pod: SLOTS.pod.map(() => NaN),
  pod_container: SLOTS.pod_container.map(() => NaN),
  sys_container: SLOTS.sys_container.map(() => NaN),
};

/** Appends the object's sample, and one for each of its resources, to `samples`. */
export function samplesOf(samples: Sample[], object: MetricObject, measured: Measured): void {
  const at = sampledAtMs(measured);
  const atMs = Number.isNaN(at) ? undefined : at;
  const slots = SLOTS[object.type];
  const values = UNKNOWN[object.type].slice();
  for (let index = 0; index < slots.length; index += 1) values[index] = measured.values[slots[index] ?? -1] ?? NaN;
  samples.push({ object, sampledAtMs: atMs, values });
  for (const { resource, values } of measured.resources) {
    samples.push({ object: { ...object, resource }, sampledAtMs: atMs, values });
  }
  for (const { resource, values } of measured.interfaces) {
    samples.push({ object: { ...object, resource }, sampledAtMs: atMs, values });
  }
}

export function nodeObject(node: string, labels: Readonly<Record<string, string>> | undefined): MetricObject {
  return labels ? { type: 'node', node, labels } : { type: 'node', node };
}

export function systemContainerObject(node: string, container: string): MetricObject {
  return { type: 'sys_container', node, container };
}

/** With facts the pod has the uid that the API server knows, its workload and its labels; its names are the very texts of the facts, as whoever remembers the object keeps them. */
export function podObject(node: string, pod: MeasuredPod, known: PodFacts | undefined): MetricObject {
  const { namespace, name } = known?.name === pod.name && known.namespace === pod.namespace ? known : pod;
  const object: Building = { type: 'pod', node, namespace, pod: name, podUid: known?.uid ?? pod.uid };
  if (known?.workload !== undefined) object.workload = known.workload;
  if (known) object.labels = known.labels;
  return object;
}

export function containerObject(pod: MetricObject, container: string): MetricObject {
  return { ...pod, type: 'pod_container', container };
}
