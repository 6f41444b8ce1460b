/** What an author deployed, with its pods counted. */
export interface Workload {
  /** `Deployment StatefulSet DaemonSet Job CronJob ReplicaSet ReplicationController`, or the kind of a custom controller. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Absent when the object itself is not watched (custom controllers). */
  readonly uid?: string;
  readonly createdAtMs?: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly desiredPods?: number;
  /** Pods that exist and have not ended. */
  readonly pods: number;
  readonly readyPods: number;
}
