import type { Health } from './health.js';
import { groupOf, type ManifestObject } from './manifest-object.js';
import { podHealth } from './pod-health.js';
import { readField, readNumber, readText } from './read-field.js';
import { readConditions } from './read-conditions.js';
import { daemonSetHealth, deploymentHealth, replicaSetHealth, statefulSetHealth } from './workload-health.js';

type Rule = (live: ManifestObject, nowMs: number) => Health;

const AT_ONCE: Health = { state: 'current', message: 'It is there.' };
const RULES: Readonly<Record<string, Rule>> = {
  '/Service': serviceHealth,
  '/Pod': podHealth,
  '/Secret': () => AT_ONCE,
  '/ConfigMap': () => AT_ONCE,
  '/PersistentVolumeClaim': claimHealth,
  'apps/StatefulSet': statefulSetHealth,
  'apps/DaemonSet': daemonSetHealth,
  'apps/Deployment': deploymentHealth,
  'apps/ReplicaSet': replicaSetHealth,
  'policy/PodDisruptionBudget': () => AT_ONCE,
  'batch/CronJob': () => AT_ONCE,
  'batch/Job': jobHealth,
  'apiextensions.k8s.io/CustomResourceDefinition': definitionHealth,
};

/**
 * Whether an object has come to what its specification says: the rules of kstatus (`sigs.k8s.io/cli-utils/pkg/kstatus/status`: `generic.go`, `core.go`), in their order, with two differences:
 * a Job is current when it is complete, not when it has begun (as Flux has it), and a DaemonSet with `OnDelete` does not wait for pods that nobody replaces.
 * A claim of a class with `WaitForFirstConsumer` is in progress until a pod uses it: who waits for it before its pod is applied waits for ever.
 *
 * @param nowMs Unix time: a pod is given 15 s to be scheduled
 */
export function healthOf(live: ManifestObject | undefined, nowMs: number): Health {
  if (!live) return { state: 'notFound', message: 'It is not there.' };
  return genericHealth(live) ?? RULES[`${groupOf(live.apiVersion)}/${live.kind}`]?.(live, nowMs) ?? readyHealth(live);
}

function genericHealth(live: ManifestObject): Health | undefined {
  if (readText(live, 'metadata', 'deletionTimestamp') !== '')
    return { state: 'terminating', message: 'It is being deleted.' };
  const generation = readNumber(live, ['metadata', 'generation'], NaN);
  const observed = readNumber(live, ['status', 'observedGeneration'], NaN);
  if (!Number.isNaN(generation) && !Number.isNaN(observed) && observed !== generation)
    return {
      state: 'inProgress',
      message: `Its controller has not seen the last change yet (generation ${generation}, seen ${observed}).`,
    };
  for (const { type, status, reason, message } of readConditions(live)) {
    if (status !== 'True') continue;
    if (type === 'Reconciling') return { state: 'inProgress', message: message || reason };
    if (type === 'Stalled') return { state: 'failed', message: message || reason };
  }
  return undefined;
}

/** Of kinds without a rule: the condition `Ready`, if there is one. */
function readyHealth(live: ManifestObject): Health {
  const ready = readConditions(live).find(
    ({ type, status }) => type === 'Ready' && ['True', 'False', 'Unknown'].includes(status),
  );
  if (!ready) return AT_ONCE;
  return ready.status === 'True'
    ? { state: 'current', message: 'It is ready.' }
    : { state: 'inProgress', message: ready.message || ready.reason || 'It is not ready.' };
}

function serviceHealth(live: ManifestObject): Health {
  const isWaiting = readText(live, 'spec', 'type') === 'LoadBalancer' && readText(live, 'spec', 'clusterIP') === '';
  return isWaiting ? { state: 'inProgress', message: 'It has no cluster IP yet.' } : AT_ONCE;
}

function claimHealth(live: ManifestObject): Health {
  const phase = readText(live, 'status', 'phase');
  return phase === 'Bound'
    ? { state: 'current', message: 'It is bound to a volume.' }
    : { state: 'inProgress', message: `It is not bound to a volume (phase ${phase || 'unknown'}).` };
}

function jobHealth(live: ManifestObject): Health {
  const completions = readNumber(live, ['spec', 'completions'], readNumber(live, ['spec', 'parallelism'], 1));
  const count = (field: string): number => readNumber(live, ['status', field], 0);
  for (const { type, status, message } of readConditions(live)) {
    if (status !== 'True') continue;
    if (type === 'Complete')
      return { state: 'current', message: `${count('succeeded')} of ${completions} completions succeeded.` };
    if (type === 'Failed') return { state: 'failed', message: message || `${count('failed')} of its pods failed.` };
    if (type === 'Suspended' && readField(live, 'spec', 'suspend') === true)
      return { state: 'current', message: 'It is suspended.' };
  }
  if (readText(live, 'status', 'startTime') === '') return { state: 'inProgress', message: 'It has not begun.' };
  return {
    state: 'inProgress',
    message: `${count('succeeded')} of ${completions} completions succeeded, ${count('active')} pods are active, ${count('failed')} failed.`,
  };
}

function definitionHealth(live: ManifestObject): Health {
  for (const { type, status, reason, message } of readConditions(live)) {
    if (type === 'NamesAccepted' && status === 'False') return { state: 'failed', message: message || reason };
    if (type !== 'Established') continue;
    if (status === 'True') return { state: 'current', message: 'It is established.' };
    if (status === 'False' && reason !== 'Installing') return { state: 'failed', message: message || reason };
  }
  return { state: 'inProgress', message: 'It is being installed.' };
}
