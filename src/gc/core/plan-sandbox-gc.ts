/**
 * One run of the kubelet over sandboxes: `evictSandboxes` of pkg/kubelet/kuberuntime/kuberuntime_gc.go, Kubernetes 1.29 to 1.35. There is no
 * minimum age, no limit, and it does not wait until it is known which pods there are.
 */
export interface GcSandbox {
  readonly id: string;
  readonly podUid: string;
  readonly isReady: boolean;
  readonly createdAtMs: number;
  readonly podDeleted: boolean;
  readonly podTerminated: boolean;
}

export interface SandboxGcInput {
  readonly evictNonDeletedPods: boolean;
  readonly sandboxes: readonly GcSandbox[];
  /** Sandboxes that a container of any state belongs to. */
  readonly occupied: ReadonlySet<string>;
  /** Ids whose stop, or whose removal, fails: they are left. */
  readonly failing: ReadonlySet<string>;
}

/** Ids in the order of removal: of each pod the oldest first. A pod that is there keeps its newest sandbox whatever that one's state is. */
export function planSandboxGc({ evictNonDeletedPods, sandboxes, occupied, failing }: SandboxGcInput): string[] {
  const mayGo = ({ id, isReady }: GcSandbox): boolean => !isReady && !occupied.has(id) && !failing.has(id);
  const uids = new Set(sandboxes.filter(mayGo).map(({ podUid }) => podUid)); // of few pods
  const pods = Map.groupBy(
    sandboxes.filter(({ podUid }) => uids.has(podUid)),
    ({ podUid }) => podUid,
  );
  return [...pods.values()].flatMap((ofPod) => {
    const losesAll = ofPod.some((one) => one.podDeleted || (evictNonDeletedPods && one.podTerminated));
    const oldestFirst = ofPod.toSorted((a, b) => a.createdAtMs - b.createdAtMs);
    return (losesAll ? oldestFirst : oldestFirst.slice(0, -1)).filter(mayGo).map(({ id }) => id);
  });
}
