import type { Health } from './health.js';
import type { ManifestObject } from './manifest-object.js';
import { readConditions } from './read-conditions.js';
import { readList, readText } from './read-field.js';

/** How long a pod may be without a node before it counts as unschedulable (kstatus `ScheduleWindow`). */
const SCHEDULE_WINDOW_MS = 15_000;

/** A pod is current when it is ready, or over, however it ended. */
export function podHealth(live: ManifestObject, nowMs: number): Health {
  const phase = readText(live, 'status', 'phase');
  switch (phase) {
    case 'Succeeded':
      return { state: 'current', message: 'It has completed.' };
    case 'Failed':
      return { state: 'current', message: 'It has completed, but not with success.' };
    case 'Running':
      return runningHealth(live);
    case 'Pending':
      return pendingHealth(live, nowMs);
    case '':
      return { state: 'inProgress', message: 'Nothing has looked at it yet.' };
    default:
      return { state: 'inProgress', message: `Its phase is ${phase}.` };
  }
}

function runningHealth(live: ManifestObject): Health {
  if (readConditions(live).some(({ type, status }) => type === 'Ready' && status === 'True'))
    return { state: 'current', message: 'It is ready.' };
  const crashing = readList(live, 'status', 'containerStatuses')
    .filter((container) => readText(container, 'state', 'waiting', 'reason') === 'CrashLoopBackOff')
    .map((container) => readText(container, 'name'));
  if (crashing.length === 0) return { state: 'inProgress', message: 'It runs, but is not ready.' };
  return { state: 'failed', message: `It crashes again and again: ${crashing.join(', ')}.` };
}

function pendingHealth(live: ManifestObject, nowMs: number): Health {
  const unschedulable = readConditions(live).find(
    ({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
  );
  if (!unschedulable) return { state: 'inProgress', message: 'It is pending.' };
  const ageMs = nowMs - Date.parse(readText(live, 'metadata', 'creationTimestamp'));
  if (ageMs < SCHEDULE_WINDOW_MS) return { state: 'inProgress', message: 'It has no node yet.' };
  return { state: 'failed', message: unschedulable.message || 'No node takes it.' };
}
