import type { ManifestObject } from '../../src/stacks/core/manifest-object.js';
import { readNumber } from '../../src/stacks/core/read-field.js';

/** The status of an object of this kind that has come to its specification; undefined for kinds that have none. */
export function readyStatus(object: ManifestObject): Readonly<Record<string, unknown>> | undefined {
  const replicas = readNumber(object, ['spec', 'replicas'], 1);
  const observedGeneration = readNumber(object, ['metadata', 'generation'], 1);
  const isTrue = (type: string, reason = ''): object => ({ type, status: 'True', reason });
  switch (object.kind) {
    case 'Deployment':
      return {
        observedGeneration,
        replicas,
        updatedReplicas: replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
        conditions: [isTrue('Available'), isTrue('Progressing', 'NewReplicaSetAvailable')],
      };
    case 'StatefulSet':
      return {
        observedGeneration,
        replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
        currentReplicas: replicas,
        updatedReplicas: replicas,
        currentRevision: '1',
        updateRevision: '1',
      };
    case 'DaemonSet':
      return {
        observedGeneration,
        desiredNumberScheduled: 1,
        currentNumberScheduled: 1,
        updatedNumberScheduled: 1,
        numberAvailable: 1,
        numberReady: 1,
      };
    case 'Job':
      return { startTime: '2026-01-01T00:00:00Z', succeeded: 1, conditions: [isTrue('Complete')] };
    case 'PersistentVolumeClaim':
      return { phase: 'Bound' };
    case 'CustomResourceDefinition':
      return { conditions: [isTrue('NamesAccepted'), isTrue('Established')] };
    default:
      return undefined;
  }
}
