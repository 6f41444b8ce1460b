/** Sandboxes of one node as the kubelet judges them, after the containers of the same plan have gone. Of what Kubernetes did not make, all stay. */
import type { InventorySandbox } from '../../agents/core/inventory.js';
import type { Judged } from './judged.js';
import type { NodeState } from './node-state.js';
import { planSandboxGc } from './plan-sandbox-gc.js';
import type { KeptItem, PlannedRemoval } from './plan.js';
import type { PodFate } from './pod-fates.js';

/** @param goingContainers ids of the containers that the plan removes before */
export function planNodeSandboxes(
  { inventory }: NodeState,
  fateOf: (podUid: string) => PodFate,
  goingContainers: ReadonlySet<string>,
): Judged {
  const occupied = new Set<string>();
  for (const { id, sandboxId } of inventory.containers)
    if (sandboxId !== undefined && !goingContainers.has(id)) occupied.add(sandboxId);
  const sandboxes = inventory.sandboxes.toSorted((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  const going = new Set(
    planSandboxGc({
      evictNonDeletedPods: false,
      occupied,
      failing: new Set(),
      sandboxes: sandboxes.flatMap(({ id, pod, state, createdAtMs }) => {
        if (!pod) return [];
        const podDeleted = fateOf(pod.podUid) === 'gone';
        return [{ id, podUid: pod.podUid, isReady: state === 'ready', createdAtMs, podDeleted, podTerminated: false }];
      }),
    }),
  );
  return {
    remove: sandboxes.filter(({ id }) => going.has(id)).map((one) => planned(one, fateOf)),
    kept: sandboxes.filter(({ id }) => !going.has(id)).map((one) => kept(one, occupied)),
  };
}

function planned({ id, pod }: InventorySandbox, fateOf: (podUid: string) => PodFate): PlannedRemoval {
  return {
    key: `sandbox/${id}`,
    target: { kind: 'sandbox', id },
    name: nameOf(id, pod),
    rule: 'built-in/sandboxes',
    because:
      fateOf(pod?.podUid ?? '') === 'gone'
        ? 'Its pod is gone from the API server, and it holds no container.'
        : 'Its pod has a newer sandbox, and it holds no container.',
    sizeBytes: 0,
  };
}

function kept({ id, pod, state }: InventorySandbox, occupied: ReadonlySet<string>): KeptItem {
  const because = !pod
    ? 'It was started by hand on the node.'
    : state === 'ready'
      ? 'It is ready.'
      : occupied.has(id)
        ? 'It holds a container.'
        : 'It is the newest sandbox of a pod that is there.';
  return {
    key: `sandbox/${id}`,
    kind: 'sandbox',
    name: nameOf(id, pod),
    rule: 'built-in/sandboxes',
    because,
    sizeBytes: 0,
  };
}

function nameOf(id: string, pod: InventorySandbox['pod']): string {
  return pod ? `${pod.namespace}/${pod.pod}` : id;
}
