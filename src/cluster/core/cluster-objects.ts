/**
 * What Quartermaster keeps of the cluster's objects: the fields that it uses and no more. Names are those of the Kubernetes API; instants
 * are ms since the epoch, CPU is in millicores, sizes are bytes; a field that is absent is unknown (or unset). Objects are shared and
 * must not be changed.
 */

export type Labels = Readonly<Record<string, string>>;

/** The controller in an object's owner references. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
}

export interface Resources {
  readonly cpuMillicores?: number;
  readonly memoryBytes?: number;
  readonly ephemeralStorageBytes?: number;
  /** How many pods fit; only of a node. */
  readonly pods?: number;
  /** Extended resources by their name, such as `nvidia.com/gpu`: whole amounts. */
  readonly extended?: Readonly<Record<string, number>>;
}

export interface ClusterNamespace {
  readonly name: string;
  readonly uid: string;
  /** `Active` or `Terminating`. */
  readonly phase: string;
  readonly createdAtMs: number;
  readonly labels: Labels;
}

export interface NodeAddress {
  /** `InternalIP ExternalIP Hostname InternalDNS ExternalDNS` */
  readonly type: string;
  readonly address: string;
}

export interface NodeTaint {
  readonly key: string;
  readonly value?: string;
  /** `NoSchedule PreferNoSchedule NoExecute` */
  readonly effect: string;
}

export interface NodeCondition {
  readonly type: string;
  /** `True False Unknown` */
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly changedAtMs?: number;
}

export interface NodeVersions {
  readonly kubelet: string;
  readonly containerRuntime: string;
  readonly kernel: string;
  readonly osImage: string;
  readonly operatingSystem: string;
  readonly architecture: string;
}

/** What tells this machine from others. */
export interface NodeIdentity {
  readonly machineId?: string;
  readonly systemUuid?: string;
  /** Another one after each boot. */
  readonly bootId?: string;
  /** The machine as its cloud calls it: `aws:///eu-west-1a/i-0abc`. */
  readonly providerId?: string;
}

export interface ClusterNode {
  readonly name: string;
  readonly uid: string;
  readonly createdAtMs: number;
  readonly labels: Labels;
  readonly addresses: readonly NodeAddress[];
  /** Where its kubelet listens; 10250 unless the node says otherwise. */
  readonly kubeletPort: number;
  readonly capacity: Resources;
  readonly allocatable: Resources;
  readonly taints: readonly NodeTaint[];
  readonly conditions: readonly NodeCondition[];
  /** Condition `Ready` is `True`. */
  readonly isReady: boolean;
  readonly unschedulable: boolean;
  readonly versions: NodeVersions;
  readonly identity: NodeIdentity;
  /** Swap that it has; kubelets before Kubernetes 1.33 do not tell. */
  readonly swapBytes?: number;
}

/** What a container does; after a restart its name stays and the rest is that of the new one. */
export interface ContainerRun {
  readonly name: string;
  readonly restartCount: number;
  readonly state: 'waiting' | 'running' | 'terminated' | 'unknown';
  /** Why it waits or ended, such as `CrashLoopBackOff`. */
  readonly reason?: string;
  /** Of the running container. */
  readonly startedAtMs?: number;
  /** The runtime's id of the newest one, running or ended, without `containerd://`; absent until it was made. */
  readonly containerId?: string;
  /** The id of the last one that ended: while it waits to be restarted the same as `containerId`, else that of the life before. */
  readonly endedContainerId?: string;
}

export interface PodContainer extends ContainerRun {
  /** A sidecar is an init container that restarts always. */
  readonly type: 'main' | 'init' | 'sidecar';
  readonly image: string;
  /** What the runtime took for `image`: a repository digest or an image id; absent until the container was made. */
  readonly imageId?: string;
  readonly requests: Resources;
  readonly limits: Resources;
  /** Passes its readiness probe. */
  readonly isReady: boolean;
  /** Of its last run that has ended. */
  readonly lastEnd?: ContainerEnd;
}

/** How a run of a container ended. */
export interface ContainerEnd {
  readonly atMs: number;
  /** Such as `OOMKilled`, `Error` or `Completed`. */
  readonly reason?: string;
  readonly exitCode?: number;
}

export interface ClusterPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Of a mirror of a static pod: the uid under which the kubelet knows the pod itself. */
  readonly staticUid?: string;
  /** Absent until it is scheduled. */
  readonly node?: string;
  /** `Pending Running Succeeded Failed Unknown` */
  readonly phase: string;
  /** Why it is in this phase, such as `Evicted`. */
  readonly reason?: string;
  readonly isReady: boolean;
  /** Its deletion was asked for. */
  readonly isTerminating: boolean;
  readonly createdAtMs: number;
  /** When the kubelet took it up. */
  readonly startedAtMs?: number;
  readonly labels: Labels;
  readonly owner?: Owner;
  readonly ip?: string;
  readonly hostNetwork: boolean;
  /** Main containers first, then init containers and sidecars, each in the order of the spec. */
  readonly containers: readonly PodContainer[];
  /** Of the pod as a whole (Kubernetes 1.34): what it gives stands in place of the sum over the containers. Absent when the spec has none. */
  readonly resources?: { readonly requests: Resources; readonly limits: Resources };
  /** What its runtime class takes beside the containers; absent when it takes nothing. */
  readonly overhead?: Resources;
  /** Those that were added for debugging; absent when it has none. */
  readonly ephemeralContainers?: readonly ContainerRun[];
  /** Images of its image volumes and ephemeral containers; absent when it has none. */
  readonly otherImages?: readonly string[];
  /** Its annotation `quartermaster.io/logs`: `false` keeps its lines from being collected. */
  readonly logsAnnotation?: string;
}

/** An object that owns pods, directly or through another one. */
export interface WorkloadObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly createdAtMs: number;
  readonly labels: Labels;
  readonly owner?: Owner;
  /** How many pods are wanted; absent for kinds that do not say. */
  readonly desiredPods?: number;
  /** The images that its pod template refers to, in the template's order, each once; absent when it has none. */
  readonly images?: readonly string[];
}
