import type { LogReader } from '../store/log-store.port.js';

/** A pod by its name. */
export interface NamedPod {
  readonly namespace: string;
  readonly pod: string;
}

/** The questions that the cluster itself can answer about one pod. */
export type PodReader = Pick<LogReader, 'search' | 'arrivals' | 'arrived'>;

/** What places and arrivals of lines begin with that were read from the cluster; those of stores do not. */
export const CLUSTER_PLACE = 'cluster ';

/** Lines of pods that are not collected, straight from the cluster. Whoever collects knows which those are and implements it. */
export abstract class ClusterLines {
  /** Reads the newest life of each of its containers, as far back as the cluster keeps it. @returns undefined when the pod is collected, or not there */
  abstract of(pod: NamedPod): PodReader | undefined;
}
