import { isPending } from '../lifecycle.js';
import type { SimPod } from '../model.js';
import type { Json } from './json.js';

/** The status of a Job of one pod, as its controller writes it: done when the pod has ended. */
export function jobStatus(pod: SimPod, nowMs: number): Json {
  const startTime = new Date(pod.createdMs).toISOString();
  if (pod.endMs === undefined || nowMs < pod.endMs)
    return { startTime, active: 1, ready: isPending(pod, nowMs) ? 0 : 1 };
  const condition = { type: 'Complete', status: 'True', reason: 'CompletionsReached' };
  return { startTime, completionTime: new Date(pod.endMs).toISOString(), succeeded: 1, conditions: [condition] };
}
