import type { Health } from './health.js';
import type { ManifestObject } from './manifest-object.js';
import { readConditions } from './read-conditions.js';
import { readField, readNumber, readText } from './read-field.js';

/** What the API server defaults `spec.progressDeadlineSeconds` to when there is none: no deadline, and no condition `Progressing` either. */
const NO_DEADLINE = 2 ** 31 - 1;

const waiting = (message: string): Health => ({ state: 'inProgress', message });
const fewer = (have: number, want: number, are: string): Health | undefined =>
  have < want ? waiting(`${have} of ${want} replicas are ${are}.`) : undefined;
const more = (have: number, want: number): Health | undefined =>
  have > want ? waiting(`${have - want} replicas more than ${want} have not ended yet.`) : undefined;
const status = (live: ManifestObject, field: string): number => readNumber(live, ['status', field], 0);
const wanted = (live: ManifestObject): number => readNumber(live, ['spec', 'replicas'], 1);

export function deploymentHealth(live: ManifestObject): Health {
  let isProgressed = readNumber(live, ['spec', 'progressDeadlineSeconds'], NO_DEADLINE) === NO_DEADLINE;
  let isAvailable = false;
  for (const condition of readConditions(live)) {
    if (condition.type === 'Progressing') {
      if (condition.reason === 'ProgressDeadlineExceeded')
        return { state: 'failed', message: condition.message || 'It made no progress within its deadline.' };
      isProgressed ||= condition.status === 'True' && condition.reason === 'NewReplicaSetAvailable';
    }
    isAvailable ||= condition.type === 'Available' && condition.status === 'True';
  }
  const replicas = wanted(live);
  const updated = status(live, 'updatedReplicas');
  return (
    fewer(status(live, 'replicas'), replicas, 'there') ??
    fewer(updated, replicas, 'updated') ??
    more(status(live, 'replicas'), replicas) ??
    fewer(status(live, 'availableReplicas'), updated, 'available') ??
    fewer(status(live, 'readyReplicas'), replicas, 'ready') ??
    (isProgressed ? undefined : waiting('Its new ReplicaSet is not available yet.')) ??
    (isAvailable ? undefined : waiting('It is not available yet.')) ?? {
      state: 'current',
      message: `${replicas} of ${replicas} replicas are ready.`,
    }
  );
}

export function statefulSetHealth(live: ManifestObject): Health {
  if (readText(live, 'spec', 'updateStrategy', 'type') === 'OnDelete')
    return { state: 'current', message: 'Its pods are replaced when someone deletes them (OnDelete).' };
  const replicas = wanted(live);
  const partition = readField(live, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const unready =
    fewer(status(live, 'replicas'), replicas, 'there') ??
    fewer(status(live, 'readyReplicas'), replicas, 'ready') ??
    more(status(live, 'replicas'), replicas);
  if (unready) return unready;
  if (typeof partition === 'number') {
    const updated = status(live, 'updatedReplicas');
    return (
      fewer(updated, replicas - partition, 'updated') ?? {
        state: 'current',
        message: `${replicas} of ${replicas} replicas are ready, ${updated} are updated.`,
      }
    );
  }
  const isMixed = readText(live, 'status', 'currentRevision') !== readText(live, 'status', 'updateRevision');
  return (
    fewer(status(live, 'currentReplicas'), replicas, 'of its current revision') ??
    (isMixed ? waiting('Its pods are being replaced.') : undefined) ?? {
      state: 'current',
      message: `${replicas} of ${replicas} replicas are ready.`,
    }
  );
}

export function daemonSetHealth(live: ManifestObject): Health {
  if (readField(live, 'metadata', 'generation') === undefined) return waiting('It has no generation.');
  if (readField(live, 'status', 'observedGeneration') === undefined)
    return waiting('Its controller has not seen it yet.');
  const desired = readNumber(live, ['status', 'desiredNumberScheduled'], -1);
  if (desired === -1) return waiting('It is not known yet how many nodes it is for.');
  const isReplacedByHand = readText(live, 'spec', 'updateStrategy', 'type') === 'OnDelete';
  const on = (field: string, are: string): Health | undefined => {
    const have = status(live, field);
    return have < desired ? waiting(`On ${have} of ${desired} nodes its pods are ${are}.`) : undefined;
  };
  return (
    on('currentNumberScheduled', 'there') ??
    (isReplacedByHand ? undefined : on('updatedNumberScheduled', 'updated')) ??
    on('numberAvailable', 'available') ??
    on('numberReady', 'ready') ?? { state: 'current', message: `On ${desired} of ${desired} nodes its pods are ready.` }
  );
}

export function replicaSetHealth(live: ManifestObject): Health {
  const failure = readConditions(live).find(({ type, status: is }) => type === 'ReplicaFailure' && is === 'True');
  if (failure) return waiting(failure.message || 'Its pods cannot be made.');
  const replicas = wanted(live);
  return (
    fewer(status(live, 'fullyLabeledReplicas'), replicas, 'labelled') ??
    fewer(status(live, 'availableReplicas'), replicas, 'available') ??
    fewer(status(live, 'readyReplicas'), replicas, 'ready') ??
    more(status(live, 'replicas'), replicas) ?? {
      state: 'current',
      message: `${replicas} of ${replicas} replicas are ready.`,
    }
  );
}
