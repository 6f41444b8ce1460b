/**
 * Whether a node may be touched at all. A list that failed or that the cluster contradicts is no ground to remove anything: what is missing
 * from it would look unused, and what the cluster has not told yet would look gone.
 */
import type { NodePod, NodeState } from './node-state.js';

/** How old the watched state of the cluster may be. */
export const MAX_CLUSTER_AGE_MS = 60_000;

/** Why nothing may be removed on the node now, in a sentence; absent when plans may be made. */
export function whyNotAct({ inventory, cluster, nowMs }: NodeState): string | undefined {
  const [failed] = inventory.failed;
  if (failed) return `The list of ${failed.list} failed: ${failed.reason}.`;
  if (!cluster.isSynced) return 'What the API server holds is not known yet: its watch is not synced.';
  const ageMs = nowMs - cluster.currentAtMs;
  if (ageMs > MAX_CLUSTER_AGE_MS)
    return `What is known of the API server is ${Math.ceil(ageMs / 1000)} s old, more than ${MAX_CLUSTER_AGE_MS / 1000} s.`;
  const running = cluster.pods.filter(({ phase, isTerminating }) => phase === 'Running' && !isTerminating);
  return running.length === 0 ? undefined : whyRunningPodsDoubt(running, inventory);
}

function whyRunningPodsDoubt(running: readonly NodePod[], inventory: NodeState['inventory']): string | undefined {
  const { containers } = inventory;
  const empty = emptyList(inventory);
  if (empty) return `The list of ${empty} is empty although the API server shows ${running.length} running pods here.`;
  const lacking = withoutContainer(running, containers)
    .map(({ namespace, name }) => `${namespace}/${name}`)
    .sort();
  if (lacking.length === 0) return undefined;
  const others = lacking.length > 1 ? ` and ${lacking.length - 1} more` : '';
  return `The inventory lacks ${lacking[0]}${others}, which the API server shows as running here.`;
}

/** Docker Engine has no sandboxes, and says so by naming none. */
function emptyList({ images, containers, sandboxes }: NodeState['inventory']): string | undefined {
  if (images.length === 0) return 'images';
  if (containers.length === 0) return 'containers';
  const areNamed = sandboxes.length === 0 && containers.some(({ sandboxId }) => sandboxId !== undefined);
  return areNamed ? 'sandboxes' : undefined;
}

function withoutContainer(pods: readonly NodePod[], containers: NodeState['inventory']['containers']): NodePod[] {
  const lacking = new Map<string, NodePod>();
  for (const pod of pods) {
    lacking.set(pod.uid, pod);
    if (pod.staticUid !== undefined) lacking.set(pod.staticUid, pod);
  }
  for (const { pod } of containers) {
    const found = pod && lacking.get(pod.podUid);
    if (!found) continue;
    lacking.delete(found.uid);
    if (found.staticUid !== undefined) lacking.delete(found.staticUid);
    if (lacking.size === 0) break;
  }
  return [...new Set(lacking.values())];
}
