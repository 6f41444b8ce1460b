import type { ManifestObject } from '../../core/manifest-object.js';
import { readConditions } from '../../core/read-conditions.js';

/** Pods that are named. */
const MOST_NAMED = 5;

/**
 * Which pods have not been given the amounts that they ask for, as their kubelets say: with `Infeasible` they never will be on their node, with `Deferred` later perhaps. Source: the condition
 * `PodResizePending` (Kubernetes 1.33 and later).
 */
export function pendingResizes(pods: readonly ManifestObject[]): readonly string[] {
  const texts = pods.flatMap((pod) =>
    readConditions(pod)
      .filter(({ type, status }) => type === 'PodResizePending' && status === 'True')
      .map(({ reason, message }) => `Pod ${pod.metadata.name} does not have these amounts yet (${reason}): ${message}`),
  );
  return texts.slice(0, MOST_NAMED);
}
