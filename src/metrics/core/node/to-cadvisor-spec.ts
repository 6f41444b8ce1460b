/**
 * What a thing may use, in cAdvisor's form (google/cadvisor, lib/model/container.go: ContainerSpec), from its specification: CPU as cgroups have it (shares of 1,024
 * a core requested, a quota of a period of 100 ms), the labels by which Heapster told containers and pods, where a pod is its container `POD`.
 */
import type { ClusterPod, PodContainer, Resources } from '../../../cluster/core/cluster-objects.js';
import type { NodeEntry } from './node-entries.js';

export interface CadvisorSpec {
  readonly creation_time?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly has_cpu: boolean;
  readonly cpu?: { readonly limit: number; readonly quota?: number; readonly period?: number };
  readonly has_memory: boolean;
  readonly memory?: { readonly limit?: number; readonly reservation?: number };
  readonly has_network: boolean;
  readonly has_filesystem: boolean;
  readonly has_diskio: false;
  readonly has_processes: boolean;
  readonly has_custom_metrics: false;
}

const SHARES_A_CORE = 1024;
const LEAST_SHARES = 2;
const PERIOD_US = 100_000;
/** The name under which cAdvisor showed a pod's sandbox, which has its network. */
const SANDBOX = 'POD';

/** @param capacity of the node, which its root may use whole */
export function toCadvisorSpec(entry: NodeEntry, capacity: Resources): CadvisorSpec {
  const newest = entry.moments.at(-1);
  const metrics = newest?.metrics ?? {};
  const claims = claimsOf(entry, capacity);
  const createdAtMs = createdOf(entry, metrics['start_time']);
  const memory = claims && memoryOf(claims);
  return {
    ...(createdAtMs === undefined ? {} : { creation_time: new Date(createdAtMs).toISOString() }),
    ...labelsOf(entry),
    ...(entry.container?.image ? { image: entry.container.image } : {}),
    has_cpu: claims !== undefined || metrics['cpu/usage'] !== undefined,
    ...(claims ? { cpu: cpuOf(claims) } : {}),
    has_memory: claims !== undefined || metrics['memory/usage'] !== undefined,
    ...(memory ? { memory } : {}),
    has_network: metrics['network/rx'] !== undefined,
    has_filesystem: newest?.resources.some(({ metrics }) => metrics['filesystem/usage'] !== undefined) ?? false,
    has_diskio: false,
    has_processes: metrics['process/count'] !== undefined,
    has_custom_metrics: false,
  };
}

interface Claims {
  readonly requests: Resources;
  readonly limits: Resources;
}

function claimsOf({ object, known, container }: NodeEntry, capacity: Resources): Claims | undefined {
  if (object.type === 'node') return { requests: capacity, limits: capacity };
  if (container) return container;
  if (object.type === 'pod' && known) return claimsOfPod(known.pod);
  return undefined;
}

/** Sums over what runs at the same time; a pod has a limit when each of those has one. */
function claimsOfPod({ containers }: ClusterPod): Claims {
  const running = containers.filter(({ type }) => type !== 'init');
  const sum = (of: 'requests' | 'limits', field: 'cpuMillicores' | 'memoryBytes', whole: boolean) => {
    const known = running.flatMap((container: PodContainer) => container[of][field] ?? []);
    return known.length === 0 || (whole && known.length < running.length)
      ? {}
      : { [field]: known.reduce((all, one) => all + one, 0) };
  };
  return {
    requests: { ...sum('requests', 'cpuMillicores', false), ...sum('requests', 'memoryBytes', false) },
    limits: { ...sum('limits', 'cpuMillicores', true), ...sum('limits', 'memoryBytes', true) },
  };
}

function cpuOf({ requests, limits }: Claims): NonNullable<CadvisorSpec['cpu']> {
  const limit = Math.max(LEAST_SHARES, Math.floor(((requests.cpuMillicores ?? 0) * SHARES_A_CORE) / 1000));
  if (limits.cpuMillicores === undefined) return { limit };
  return { limit, quota: Math.round((limits.cpuMillicores * PERIOD_US) / 1000), period: PERIOD_US };
}

function memoryOf({ requests, limits }: Claims): NonNullable<CadvisorSpec['memory']> {
  return {
    ...(limits.memoryBytes === undefined ? {} : { limit: limits.memoryBytes }),
    ...(requests.memoryBytes === undefined ? {} : { reservation: requests.memoryBytes }),
  };
}

function createdOf({ object, known, container }: NodeEntry, startedAtMs: number | undefined): number | undefined {
  if (startedAtMs !== undefined) return startedAtMs;
  if (object.type === 'pod') return known?.pod.startedAtMs ?? known?.pod.createdAtMs;
  return container?.startedAtMs;
}

function labelsOf({ object }: NodeEntry): Pick<CadvisorSpec, 'labels'> {
  if (object.type !== 'pod' && object.type !== 'pod_container') return {};
  return {
    labels: {
      'io.kubernetes.container.name': object.container ?? SANDBOX,
      'io.kubernetes.pod.name': object.pod ?? '',
      'io.kubernetes.pod.namespace': object.namespace ?? '',
      'io.kubernetes.pod.uid': object.podUid ?? '',
    },
  };
}
