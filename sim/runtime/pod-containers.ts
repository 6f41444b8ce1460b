import type { InventoryContainer, InventorySandbox } from '../../src/agents/core/inventory.js';
import { CRASH_RUN_MS, isPending, runAt } from '../lifecycle.js';
import type { SimContainer, SimPod } from '../model.js';
import { containerIdOf, imageIdOf, sandboxIdOf } from './runtime-ids.js';

/** Dead instances of one container that are still there: nobody removes them but Quartermaster. */
const DEAD_KEPT = 5;

/** The containers that a pod has in its node's runtime: the present instance and dead ones before it. */
export function containersOf(pod: SimPod, nowMs: number): InventoryContainer[] {
  return isPending(pod, nowMs) ? [] : pod.containers.flatMap((container) => instancesOf(pod, container, nowMs));
}

export function sandboxOf(pod: SimPod, nowMs: number): InventorySandbox {
  return {
    id: sandboxIdOf(pod.uid),
    pod: podOf(pod),
    attempt: 0,
    state: pod.endMs !== undefined && nowMs >= pod.endMs ? 'notReady' : 'ready',
    createdAtMs: pod.createdMs,
  };
}

function instancesOf(pod: SimPod, container: SimContainer, nowMs: number): InventoryContainer[] {
  const { isRunning, startedMs, restartCount, periodMs } = runAt(pod, container, nowMs);
  const endMs = pod.endMs ?? startedMs + CRASH_RUN_MS;
  const present = instance(pod, container, restartCount, startedMs, isRunning ? undefined : endMs);
  if (periodMs === 0) return [present];
  const runMs = container.behaviour === 'crashing' ? CRASH_RUN_MS : periodMs;
  const dead = Array.from({ length: Math.min(restartCount, DEAD_KEPT) }, (_, index) => {
    const earlierMs = startedMs - (index + 1) * periodMs;
    return instance(pod, container, restartCount - 1 - index, earlierMs, earlierMs + runMs);
  });
  return [present, ...dead.filter(({ createdAtMs }) => createdAtMs >= pod.createdMs)];
}

function instance(
  pod: SimPod,
  { name, image, behaviour }: SimContainer,
  attempt: number,
  startedMs: number,
  finishedMs: number | undefined,
): InventoryContainer {
  const failed = behaviour === 'leaking' ? 137 : 1;
  return {
    id: containerIdOf(pod.uid, name, attempt),
    name,
    attempt,
    pod: podOf(pod),
    sandboxId: sandboxIdOf(pod.uid),
    imageId: imageIdOf(image),
    imageRef: image,
    state: finishedMs === undefined ? 'running' : 'exited',
    createdAtMs: startedMs,
    ...(finishedMs === undefined ? {} : { finishedAtMs: finishedMs, exitCode: behaviour === 'steady' ? 0 : failed }),
    logPath: `/var/log/pods/${pod.namespace}_${pod.name}_${pod.uid}/${name}/${String(attempt)}.log`,
  };
}

function podOf({ namespace, name, uid }: SimPod) {
  return { namespace, pod: name, podUid: uid };
}
