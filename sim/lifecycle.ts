import type { SimContainer, SimPod } from './model.js';

/** A leaking container reaches its limit after this long; a crash-looping one runs, and then waits, for these. */
export const LEAK_PERIOD_MS = 30 * 60_000;
export const CRASH_PERIOD_MS = 330_000;
export const CRASH_RUN_MS = 40_000;

/** One container's present run. */
export interface ContainerRun {
  readonly isRunning: boolean;
  /** Start of the present run, or of the last one while it waits. */
  readonly startedMs: number;
  readonly restartCount: number;
  /** Whole life of a run in milliseconds; 0 for a steady container. */
  readonly periodMs: number;
}

/** Which run of a container a moment falls into: a pure function of the pod's start and its node's last boot. */
export function runAt(pod: SimPod, container: SimContainer, atMs: number): ContainerRun {
  const rebootMs = pod.node.reboots > 0 ? pod.node.bootMs : -Infinity;
  const isDone = pod.endMs !== undefined && atMs >= pod.endMs;
  if (container.behaviour === 'steady') {
    const { startsMs = pod.createdMs } = pod;
    return {
      isRunning: !isDone && atMs >= startsMs,
      startedMs: Math.max(Number.isFinite(startsMs) ? startsMs : pod.createdMs, rebootMs),
      restartCount: rebootMs > pod.createdMs ? pod.node.reboots : 0,
      periodMs: 0,
    };
  }
  const periodMs = container.behaviour === 'leaking' ? LEAK_PERIOD_MS : CRASH_PERIOD_MS;
  const count = Math.max(0, Math.floor((atMs - pod.createdMs) / periodMs));
  const cycleMs = pod.createdMs + count * periodMs;
  const isRunning = container.behaviour === 'leaking' || atMs - cycleMs < CRASH_RUN_MS;
  return {
    isRunning: isRunning && atMs >= pod.createdMs,
    startedMs: Math.max(cycleMs, rebootMs),
    restartCount: count + (rebootMs > pod.createdMs ? pod.node.reboots : 0),
    periodMs,
  };
}

/** Whether the pod's containers are still to start: until then it is pending. */
export function isPending({ startsMs, createdMs }: SimPod, atMs: number): boolean {
  return atMs < (startsMs ?? createdMs);
}

/** Why they do not run: their image is still to come, or cannot be pulled. */
export function waitingReason({ startsMs }: SimPod): 'ContainerCreating' | 'ImagePullBackOff' {
  return startsMs === Infinity ? 'ImagePullBackOff' : 'ContainerCreating';
}

/** Whether the pod's containers come and go by themselves. */
export function isRestless(pod: SimPod): boolean {
  return (
    pod.endMs !== undefined ||
    pod.startsMs !== undefined ||
    pod.containers.some((container) => container.behaviour !== 'steady')
  );
}
