import type { NodeState } from './node-state.js';

/**
 * What has become of a pod: `present`: the API server has it, finished or not; `gone`: it has not, and the runtime runs nothing of it;
 * `unclear`: the API server has it not, but something of it runs, or is so young that the watch may not have told of it yet.
 */
export type PodFate = 'present' | 'gone' | 'unclear';

/** What the runtime made of a pod before this may have been told to us late. */
export const MAY_BE_NEWS_MS = 120_000;

/** Judged by the pod's uid as the runtime knows it. */
export function podFates({ inventory, cluster }: NodeState): (podUid: string) => PodFate {
  const present = new Set<string>();
  for (const { uid, staticUid } of cluster.pods) {
    present.add(uid);
    if (staticUid !== undefined) present.add(staticUid);
  }
  const newsSinceMs = inventory.takenAtMs - MAY_BE_NEWS_MS;
  const unclear = new Set<string>();
  for (const { pod, state, createdAtMs } of inventory.containers)
    if (pod && (state === 'running' || createdAtMs > newsSinceMs) && !present.has(pod.podUid)) unclear.add(pod.podUid);
  for (const { pod, state, createdAtMs } of inventory.sandboxes)
    if (pod && (state === 'ready' || createdAtMs > newsSinceMs) && !present.has(pod.podUid)) unclear.add(pod.podUid);
  return (podUid) => (present.has(podUid) ? 'present' : unclear.has(podUid) ? 'unclear' : 'gone');
}
