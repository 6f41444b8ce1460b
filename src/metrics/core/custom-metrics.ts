import type { ExposedPoint, ExposedType } from './exposition-reader.js';
import { metricIndex, metricsOf } from './metric-catalogue.js';
import { CUSTOM_PREFIX, type MetricObject, type Sample } from './sample.js';

/** A value that cAdvisor told, and what it is about. */
export interface CustomPoint {
  /** Absent: of the node. */
  readonly pod?: { readonly namespace: string; readonly name: string; readonly uid: string | undefined };
  /** Absent: of the pod or node. */
  readonly container?: string;
  /** `Custom:<name>`, with those labels that do not say whose it is, by name: `Custom:container_network_tcp_usage_total{tcp_state="established"}`. */
  readonly resource: string;
  readonly isCounter: boolean;
  readonly value: number;
  readonly atMs: number | undefined;
}

/** The labels that say whose a value is, and those that only say it again. */
const WHOSE: ReadonlySet<string> = new Set(['container', 'namespace', 'pod', 'id', 'name', 'image']);
/** Longer ones could not be asked for. */
const MOST_RESOURCE_LENGTH = 400;
/** Of machine metrics: always the same of one node. */
const MACHINE: ReadonlySet<string> = new Set(['boot_id', 'machine_id', 'system_uuid']);
/** The cgroup of a pod, by either cgroup driver: `…/pod<uid>`, `…-pod<uid with _>.slice`. */
const POD_CGROUP =
  /pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?(\/|$)/;

/** Whether one of the names means this metric; one with `*` at its end means everything that begins so. */
export function customNames(names: readonly string[]): (name: string) => boolean {
  const exact = new Set(names.filter((name) => !name.endsWith('*')));
  const beginnings = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return (name) => exact.has(name) || beginnings.some((beginning) => name.startsWith(beginning));
}

/** What a value of cAdvisor is about; undefined for cgroups that are neither the node nor a pod nor one of a pod's containers by name, and for labels of over 400 characters. */
export function customPoint({ name, labels, value, atMs }: ExposedPoint, type: ExposedType): CustomPoint | undefined {
  const id = labels.get('id');
  const pod = labels.get('pod');
  const container = labels.get('container');
  const isNode = !pod && (id === undefined || id === '/');
  if (!pod && !isNode) return undefined;
  const [, uid, rest] = (pod && POD_CGROUP.exec(id ?? '')) || [];
  // A pod's own figures are those of its cgroup. A sandbox below it has only the network, which the pod's cgroup then lacks.
  const isSandbox = Boolean(pod) && (!container || container === 'POD') && rest === '/';
  if (isSandbox && !name.startsWith('container_network_')) return undefined;
  const told = [...labels].filter(([label, text]) => text !== '' && !WHOSE.has(label) && !MACHINE.has(label));
  const sorted = told.toSorted(([left], [right]) => (left < right ? -1 : 1));
  const suffix = sorted.map(([label, text]) => `${label}=${JSON.stringify(text)}`).join(',');
  const resource = `${CUSTOM_PREFIX}:${name}${suffix === '' ? '' : `{${suffix}}`}`;
  if (resource.length > MOST_RESOURCE_LENGTH) return undefined;
  return {
    ...(pod ? { pod: { namespace: labels.get('namespace') ?? '', name: pod, uid: uid?.replaceAll('_', '-') } } : {}),
    ...(pod && container && container !== 'POD' ? { container } : {}),
    resource,
    isCounter: type === 'counter',
    value,
    atMs,
  };
}

/**
 * The samples of custom metrics of one node. A value is joined with the object that the node's own samples have, by the pod's name and, where two pods bear it, its uid; what is about
 * an object that they do not have is left out.
 * @param samples of the node, its pods and their containers
 * @param points the newest of the same object and resource counts
 */
export function customSamples(samples: readonly Sample[], points: readonly CustomPoint[]): Sample[] {
  const objects = new Map<string, MetricObject[]>();
  for (const { object } of samples) {
    if (object.resource !== undefined || metricsOf(object.type, 'custom').length === 0) continue;
    const key = keyOf(object.namespace, object.pod, object.container);
    const same = objects.get(key);
    if (same) same.push(object);
    else objects.set(key, [object]);
  }
  const made = new Map<string, Sample>();
  for (const { pod, container, resource, isCounter, value, atMs } of points) {
    const found = objects.get(keyOf(pod?.namespace, pod?.name, container)) ?? [];
    const object = found.length > 1 ? found.find(({ podUid }) => podUid === pod?.uid) : found[0];
    if (!object) continue;
    const values = metricsOf(object.type, 'custom').map(() => Number.NaN);
    values[metricIndex(object.type, isCounter ? 'custom/accumulated' : 'custom/value')] = value;
    const key = `${keyOf(object.namespace, object.podUid, object.container)}/${resource}`;
    made.set(key, { object: { ...object, resource }, sampledAtMs: atMs, values });
  }
  return [...made.values()];
}

function keyOf(namespace = '', pod = '', container = ''): string {
  return `${namespace}/${pod}/${container}`;
}
