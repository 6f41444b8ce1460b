import type { ClusterPod, PodContainer } from './cluster-objects.js';
import type { Interner } from './interner.js';
import { labelsOf, millis, ownerOf, type RawObject } from './raw-object.js';
import { reduceContainers, reduceEphemeral, type RawContainerStatus } from './reduce-container.js';
import { otherImagesOf, type RawPodSpec } from './reduce-images.js';
import { reduceResources, type RawResources } from './reduce-resources.js';

interface RawPod extends RawObject {
  readonly spec?: RawPodSpec & {
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly resources?: { readonly requests?: RawResources; readonly limits?: RawResources };
    readonly overhead?: RawResources;
  };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly startTime?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type?: string; readonly status?: string }[];
    readonly containerStatuses?: readonly RawContainerStatus[];
    readonly initContainerStatuses?: readonly RawContainerStatus[];
    readonly ephemeralContainerStatuses?: readonly RawContainerStatus[];
  };
}

/** A `v1.Pod` as the API server sends it, to what is kept of it; undefined when it has no name or namespace. */
export function reducePod(raw: unknown, interner: Interner): ClusterPod | undefined {
  const { metadata = {}, spec = {}, status = {} } = raw as RawPod;
  if (!metadata.name || !metadata.namespace) return undefined;
  const startedAtMs = millis(status.startTime);
  const staticUid = metadata.annotations?.['kubernetes.io/config.mirror']; // its value is the hash that the kubelet takes as uid
  const owner = ownerOf(metadata, interner);
  const otherImages = otherImagesOf(spec, interner);
  const ephemeral = reduceEphemeral(spec.ephemeralContainers, status.ephemeralContainerStatuses, interner);
  const logsAnnotation = metadata.annotations?.['quartermaster.io/logs'];
  const isReady = status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');
  return {
    namespace: interner.text(metadata.namespace),
    name: metadata.name,
    uid: metadata.uid ?? '',
    ...(staticUid === undefined ? {} : { staticUid }),
    ...(spec.nodeName ? { node: interner.text(spec.nodeName) } : {}),
    phase: interner.text(status.phase ?? 'Unknown'),
    ...(status.reason ? { reason: interner.text(status.reason) } : {}),
    isReady: isReady ?? false,
    isTerminating: metadata.deletionTimestamp !== undefined,
    createdAtMs: millis(metadata.creationTimestamp) ?? 0,
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    labels: labelsOf(metadata, interner),
    ...(owner ? { owner } : {}),
    ...(status.podIP ? { ip: status.podIP } : {}),
    hostNetwork: spec.hostNetwork ?? false,
    containers: containersOf(spec, status, interner),
    ...(spec.resources ? { resources: resourcesOf(spec.resources, interner) } : {}),
    ...(spec.overhead ? { overhead: reduceResources(spec.overhead, interner) } : {}),
    ...(ephemeral ? { ephemeralContainers: ephemeral } : {}),
    ...(otherImages ? { otherImages } : {}),
    ...(logsAnnotation === undefined ? {} : { logsAnnotation: interner.text(logsAnnotation) }),
  };
}

function resourcesOf(
  { requests, limits }: NonNullable<NonNullable<RawPod['spec']>['resources']>,
  interner: Interner,
): NonNullable<ClusterPod['resources']> {
  return { requests: reduceResources(requests, interner), limits: reduceResources(limits, interner) };
}

function containersOf(
  spec: NonNullable<RawPod['spec']>,
  status: NonNullable<RawPod['status']>,
  interner: Interner,
): PodContainer[] {
  return [
    ...reduceContainers(spec.containers, status.containerStatuses, 'main', interner),
    ...reduceContainers(spec.initContainers, status.initContainerStatuses, 'init', interner),
  ];
}
