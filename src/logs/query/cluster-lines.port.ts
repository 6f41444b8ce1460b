import type { LogReader } from '../store/log-store.port.js';

/** A pod by its name. */
export interface NamedPod {
  readonly namespace: string;
  readonly pod: string;
}

/** Lines of pods that are not collected, straight from the cluster. Whoever collects knows which those are and implements it. */
export abstract class ClusterLines {
  /**
   * Reads the logs of its containers for each question: the newest life and the one before, as far back as the cluster keeps them. Places begin with `CLUSTER_PLACE`.
   * Of what is asked about with one and the same span the lines are read once; older ones than fit in `LOGS_CLUSTER_MAX_BYTES` are left out and told as lost.
   * @returns undefined when the pod is collected, or not there
   */
  abstract of(pod: NamedPod): LogReader | undefined;
}
