import type { ClusterPod, Owner, WorkloadObject } from './cluster-objects.js';
import type { Workload } from './workload.js';

interface Counted {
  workload: Workload;
  pods: number;
  readyPods: number;
}

const NO_LABELS = Object.freeze({});

/**
 * All workloads with their pods counted, by namespace, kind and name. A workload without pods is there (it was scaled to nothing), and so
 * is one that only its pods tell of (a custom controller's). A pod that succeeded or failed is not counted.
 */
export function countWorkloads(
  objects: readonly WorkloadObject[],
  pods: readonly ClusterPod[],
  workloadOf: (pod: ClusterPod) => Owner | undefined,
): Workload[] {
  const counted = new Map<string, Counted>();
  for (const object of objects) counted.set(keyOf(object), { workload: fromObject(object), pods: 0, readyPods: 0 });
  for (const pod of pods) {
    const owner = workloadOf(pod);
    if (!owner) continue;
    const { namespace } = pod;
    const key = keyOf({ ...owner, namespace });
    const entry = counted.get(key) ?? {
      workload: { ...owner, namespace, labels: NO_LABELS, pods: 0, readyPods: 0 },
      pods: 0,
      readyPods: 0,
    };
    counted.set(key, entry);
    if (pod.phase === 'Succeeded' || pod.phase === 'Failed') continue;
    entry.pods += 1;
    if (pod.isReady) entry.readyPods += 1;
  }
  const keys = [...counted.keys()].sort();
  return keys.flatMap((key) => {
    const entry = counted.get(key);
    return entry ? [{ ...entry.workload, pods: entry.pods, readyPods: entry.readyPods }] : [];
  });
}

function fromObject({ kind, namespace, name, uid, createdAtMs, labels, desiredPods }: WorkloadObject): Workload {
  const own = { kind, namespace, name, uid, createdAtMs, labels, pods: 0, readyPods: 0 };
  return desiredPods === undefined ? own : { ...own, desiredPods };
}

/** A blank sorts before every character that these names may hold. */
function keyOf({ namespace, kind, name }: { namespace: string; kind: string; name: string }): string {
  return `${namespace} ${kind} ${name}`;
}
