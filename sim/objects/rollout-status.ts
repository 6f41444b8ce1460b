import { at, type Json, textAt } from './json.js';

/** How many pods a workload has. */
export interface PodCount {
  /** Of the template of now. */
  readonly revision: string;
  readonly nodes: number;
  readonly all: number;
  readonly ready: number;
  readonly updated: number;
  readonly updatedReady: number;
}

/** A workload's status as its controller writes it. */
export function rolloutStatus(live: Json, { revision, nodes, all, ready, updated, updatedReady }: PodCount): Json {
  const observedGeneration = at(live, 'metadata', 'generation');
  const replicas = Number(at(live, 'spec', 'replicas') ?? 1);
  if (live['kind'] === 'DaemonSet')
    return {
      observedGeneration,
      desiredNumberScheduled: nodes,
      currentNumberScheduled: Math.min(all, nodes),
      updatedNumberScheduled: updated,
      numberReady: ready,
      numberAvailable: ready,
      numberMisscheduled: 0,
      ...(nodes > ready ? { numberUnavailable: nodes - ready } : {}),
    };
  const isDone = updatedReady >= replicas && all === replicas;
  const counts = {
    observedGeneration,
    replicas: all,
    updatedReplicas: updated,
    readyReplicas: ready,
    availableReplicas: ready,
  };
  if (live['kind'] === 'StatefulSet') {
    const before = textAt(live, 'status', 'currentRevision') || revision;
    const current = isDone ? revision : before;
    return {
      ...counts,
      currentReplicas: current === revision ? updated : all - updated,
      currentRevision: current,
      updateRevision: revision,
    };
  }
  return {
    ...counts,
    ...(replicas > ready ? { unavailableReplicas: replicas - ready } : {}),
    conditions: [
      condition(
        'Available',
        ready >= replicas,
        ready >= replicas ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      ),
      condition('Progressing', true, isDone ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated'),
    ],
  };
}

function condition(type: string, isTrue: boolean, reason: string): Json {
  return { type, status: isTrue ? 'True' : 'False', reason };
}
