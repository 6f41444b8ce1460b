import type { ClusterNamespace, ClusterNode, ClusterPod, PodContainer } from './core/cluster-objects.js';
import { known } from './core/raw-object.js';
import type { Workload as CountedWorkload } from './core/workload.js';
import type { WatchReport as Report } from './watch-freshness.js';
import type { WatchReport } from './cluster-freshness.schema.js';
import type { Node } from './node.schema.js';
import type { Pod } from './pod.schema.js';
import type { Namespace, Workload } from './workload.schema.js';

/** How the API shows what the view holds: instants become RFC 3339, unknown fields are absent. */

export function instantOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** Without its identity and swap, which `/nodes/{node}/machine` shows. */
export function presentNode(node: ClusterNode): Node {
  const { isReady, createdAtMs, addresses, taints, conditions, identity: _, swapBytes: __, ...rest } = node;
  return {
    ...rest,
    createdAt: instantOf(createdAtMs),
    ready: isReady,
    addresses: [...addresses],
    taints: [...taints],
    conditions: conditions.map(({ changedAtMs, ...condition }) => ({ ...condition, ...at('changedAt', changedAtMs) })),
  };
}

export function presentNamespace({ createdAtMs, ...namespace }: ClusterNamespace): Namespace {
  return { ...namespace, createdAt: instantOf(createdAtMs) };
}

export function presentWorkload({ createdAtMs, ...workload }: CountedWorkload): Workload {
  return { ...workload, ...at('createdAt', createdAtMs) };
}

/** @param workload `Kind/name` of what the pod belongs to */
export function presentPod(pod: ClusterPod, workload: string | undefined): Pod {
  const { isReady, isTerminating, createdAtMs, startedAtMs, containers, ...more } = pod;
  const { owner: _, otherImages: __, ephemeralContainers: ___, logsAnnotation: ____, ...rest } = more;
  return {
    ...rest,
    ...known({ workload }),
    ready: isReady,
    terminating: isTerminating,
    createdAt: instantOf(createdAtMs),
    ...at('startedAt', startedAtMs),
    containers: containers.map(presentContainer),
  };
}

export function presentWatch(report: Report): WatchReport {
  const { sinceMs, lastContactMs, asOfMs: _, ...rest } = report;
  return { ...rest, since: instantOf(sinceMs), ...at('lastContact', lastContactMs) };
}

function presentContainer(container: PodContainer): Pod['containers'][number] {
  const { isReady, startedAtMs, lastEnd, imageId: _, containerId: __, endedContainerId: ___, ...rest } = container;
  const { atMs, ...end } = lastEnd ?? {};
  return {
    ...rest,
    ready: isReady,
    ...at('startedAt', startedAtMs),
    ...(atMs === undefined ? {} : { lastEnd: { ...end, at: instantOf(atMs) } }),
  };
}

function at<Field extends string>(field: Field, ms: number | undefined): { [K in Field]?: string } {
  return ms === undefined ? {} : ({ [field]: instantOf(ms) } as { [K in Field]?: string });
}
