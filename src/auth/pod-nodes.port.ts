import type { BoundPod } from './core/identify-agent.js';

/**
 * The nodes of pods, for agents' tokens that name their pod alone (Kubernetes before 1.30).
 *
 * Contract: answers from what is known without asking the cluster; a pod of another uid is another pod.
 */
export abstract class PodNodes {
  /** Undefined when no such pod is known, or it is on no node yet. */
  abstract nodeOf(pod: BoundPod): string | undefined;
}
