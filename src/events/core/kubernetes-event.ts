/** What an event is about, in the words of the Kubernetes API. */
export interface ObjectReference {
  readonly kind: string;
  readonly apiVersion?: string;
  /** Absent: the object is in no namespace (a Node, a PersistentVolume). */
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
  /** A part of it, such as `spec.containers{web}`. */
  readonly fieldPath?: string;
}

/** An event as it was last told: one row however often it has occurred. Names are those of `events.k8s.io/v1`; what is absent is unknown. */
export interface KubernetesEvent {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Of the event object, as it was last told. */
  readonly resourceVersion: string;
  /** `Normal` or `Warning`. */
  readonly type: string;
  readonly reason: string;
  /** What was done, in a machine's words; events of core/v1 lack it. */
  readonly action?: string;
  /** For people. */
  readonly note: string;
  readonly regarding: ObjectReference;
  readonly related?: ObjectReference;
  /** Who tells: `kubelet`, `default-scheduler`. */
  readonly reportingController: string;
  readonly reportingInstance?: string;
  /** When it occurred first and last, ms since the epoch. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** How often it has occurred, at least 1. */
  readonly count: number;
  /** It is told of as a series, whose count its reporter brings up to date from time to time. */
  readonly isSeries: boolean;
  /** The node that it is about, or on which it happened. */
  readonly node?: string;
  /** `Kind/name` of the workload that the object belongs to, or is. */
  readonly workload?: string;
}

/** A longer note is cut, characters. The API server takes 1,024 in events.k8s.io/v1 and has no limit in core/v1. */
export const NOTE_CHARACTERS = 8192;
