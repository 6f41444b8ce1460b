/** Sandboxes of one node as the kubelet judges them, after the containers of the same plan have gone. Of what Kubernetes did not make, all stay. */
import { IdTable } from '../../agents/core/id-table.js';
import type { InventoryContainer, InventorySandbox } from '../../agents/core/inventory.js';
import type { Judged } from './judged.js';
import type { NodeState } from './node-state.js';
import { planSandboxGc, type GcSandbox } from './plan-sandbox-gc.js';
import type { KeptItem, PlannedRemoval } from './plan.js';
import type { PodFate } from './pod-fates.js';

/** What was decided of sandboxes, with those that stay: logs ask for them. */
export interface JudgedSandboxes extends Judged {
  readonly left: readonly InventorySandbox[];
}

/** @param containers those that the plan leaves */
export function planNodeSandboxes(
  { inventory }: NodeState,
  fateOf: (podUid: string) => PodFate,
  containers: readonly InventoryContainer[],
): JudgedSandboxes {
  const sandboxes = inventory.sandboxes.toSorted((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  const idle = new IdTable<string>();
  const podsOfIdle = new Set<string>();
  for (const { id, pod, state } of sandboxes) {
    if (state === 'ready') continue;
    idle.add(id, id);
    if (pod) podsOfIdle.add(pod.podUid);
  }
  const occupied = new Set<string>(); // of those that are not ready
  for (const { sandboxId } of containers) if (sandboxId !== undefined && idle.get(sandboxId)) occupied.add(sandboxId);
  const going = new Set(
    planSandboxGc({
      evictNonDeletedPods: false,
      occupied,
      failing: new Set(),
      sandboxes: ofPods(podsOfIdle, sandboxes, fateOf),
    }),
  );
  const remove: PlannedRemoval[] = [];
  const staying: KeptItem[] = [];
  const left: InventorySandbox[] = [];
  for (const one of sandboxes) {
    if (one.state !== 'ready' && going.has(one.id)) remove.push(planned(one, fateOf));
    else {
      staying.push(kept(one, occupied));
      left.push(one);
    }
  }
  return { remove, kept: staying, left };
}

function ofPods(
  podUids: ReadonlySet<string>,
  sandboxes: readonly InventorySandbox[],
  fateOf: (podUid: string) => PodFate,
): GcSandbox[] {
  const found: GcSandbox[] = [];
  for (const { id, pod, state, createdAtMs } of sandboxes) {
    if (!pod || !podUids.has(pod.podUid)) continue;
    const isReady = state === 'ready';
    const podDeleted = !isReady && fateOf(pod.podUid) === 'gone'; // asked of those alone that may go
    found.push({ id, podUid: pod.podUid, isReady, createdAtMs, podDeleted, podTerminated: false });
  }
  return found;
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
