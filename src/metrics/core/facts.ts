/** What the cluster says of its nodes and pods, as far as the numbers need it. Quantities are plain: millicores and bytes. */

/** Amounts of resources; one that is absent is not given. */
export interface Amounts {
  readonly cpuMillicores?: number;
  readonly memoryBytes?: number;
  readonly ephemeralStorageBytes?: number;
  /** Extended resources by their name, such as `nvidia.com/gpu`. */
  readonly extended?: Readonly<Record<string, number>>;
}

export interface NodeFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly capacity: Amounts;
  readonly allocatable: Amounts;
}

export interface ContainerFacts {
  readonly name: string;
  /** `init` runs to its end before the main ones start; `sidecar` is an init container that goes on beside them (restartPolicy Always). */
  readonly type: 'main' | 'init' | 'sidecar';
  /** As the pod's specification gives them. */
  readonly requests: Amounts;
  readonly limits: Amounts;
  readonly restartCount: number;
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
  /** It is on its node's network, and has none of its own. */
  readonly hostNetwork?: boolean;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly labels: Readonly<Record<string, string>>;
  /** `Kind/name` of what owns the pod, such as `Deployment/web`. */
  readonly workload?: string;
  readonly containers: readonly ContainerFacts[];
  /** Of the pod as a whole: what it gives stands in place of the sum over the containers. */
  readonly resources?: { readonly requests: Amounts; readonly limits: Amounts };
  /** What its runtime class takes beside the containers. */
  readonly overhead?: Amounts;
}

/** A pod that has ended reserves nothing any more. */
export function hasEnded(pod: PodFacts): boolean {
  return pod.phase === 'Succeeded' || pod.phase === 'Failed';
}
