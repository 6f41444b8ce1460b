/** What the cluster says of its nodes and pods, as far as the numbers need it. Quantities are plain: millicores and bytes. */

export interface NodeFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly cpuCapacityMillicores?: number;
  readonly cpuAllocatableMillicores?: number;
  readonly memoryCapacityBytes?: number;
  readonly memoryAllocatableBytes?: number;
  readonly ephemeralStorageCapacityBytes?: number;
  readonly ephemeralStorageAllocatableBytes?: number;
  /** Extended resources by their name, such as `nvidia.com/gpu`. */
  readonly extendedCapacity?: Readonly<Record<string, number>>;
  readonly extendedAllocatable?: Readonly<Record<string, number>>;
}

export interface ContainerFacts {
  readonly name: string;
  /** `init` runs to its end before the others start; `sidecar` is an init container that goes on beside them (restartPolicy Always). */
  readonly role: 'app' | 'init' | 'sidecar';
  /** Absent when the pod's specification gives none. */
  readonly cpuRequestMillicores?: number;
  readonly cpuLimitMillicores?: number;
  readonly memoryRequestBytes?: number;
  readonly memoryLimitBytes?: number;
  readonly ephemeralStorageRequestBytes?: number;
  readonly ephemeralStorageLimitBytes?: number;
  /** Amounts of extended resources by their name, such as `nvidia.com/gpu`. */
  readonly extendedRequests?: Readonly<Record<string, number>>;
  /** Absent until the container has a status. */
  readonly restartCount?: number;
}

export interface PodFacts {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /**
   * For the mirror of a static pod: the uid under which the kubelet knows it (annotation `kubernetes.io/config.hash`), which is not the one
   * that the API server gave its mirror.
   */
  readonly staticUid?: string;
  readonly node: string;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly labels: Readonly<Record<string, string>>;
  /** `Kind/name` of what owns the pod, such as `Deployment/web`. */
  readonly workload?: string;
  readonly containers: readonly ContainerFacts[];
}

/** A pod that has ended reserves nothing any more. */
export function hasEnded(pod: PodFacts): boolean {
  return pod.phase === 'Succeeded' || pod.phase === 'Failed';
}
