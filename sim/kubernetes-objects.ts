import type { SimWorkload, World } from './model.js';
import { stampText } from './template.js';

/** An object as the API server keeps it, without `kind` and `apiVersion`, which only single objects and watch events carry. */
export interface KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly labels?: Record<string, string>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

export function namespaceObject(namespace: World['namespaces'][number]): KubernetesObject {
  const { name, createdMs, labels } = namespace;
  return {
    metadata: { name, uid: `ns-${name}`, creationTimestamp: stampText(createdMs), labels },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

/** A Deployment, ReplicaSet, StatefulSet, DaemonSet, Job or CronJob, as it stands at `nowMs`. */
export function workloadObject(workload: SimWorkload, nowMs: number): KubernetesObject {
  const { name, namespace, uid, labels, owner, createdMs } = workload;
  const selector = { matchLabels: labels };
  const containers = workload.containers.map((container) => ({
    name: container.name,
    image: container.image,
    resources: {
      ...(container.requests ? { requests: container.requests } : {}),
      ...(container.limits ? { limits: container.limits } : {}),
    },
  }));
  const template = { metadata: { labels }, spec: { containers, restartPolicy: 'Always' } };
  return {
    metadata: {
      name,
      namespace,
      uid,
      generation: 1,
      creationTimestamp: stampText(createdMs),
      labels,
      ...(owner ? { ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }] } : {}),
    },
    ...specAndStatus(workload, selector, template, nowMs),
  };
}

function specAndStatus(workload: SimWorkload, selector: object, template: object, nowMs: number): object {
  const { replicas } = workload;
  const ready = { replicas, readyReplicas: replicas, availableReplicas: replicas, observedGeneration: 1 };
  switch (workload.kind) {
    case 'Deployment':
      return { spec: { replicas, selector, template }, status: { ...ready, updatedReplicas: replicas } };
    case 'ReplicaSet':
      return { spec: { replicas, selector, template }, status: { ...ready, fullyLabeledReplicas: replicas } };
    case 'StatefulSet':
      return {
        spec: { replicas, selector, template, serviceName: workload.name },
        status: { ...ready, currentReplicas: replicas, updatedReplicas: replicas },
      };
    case 'DaemonSet':
      return {
        spec: { selector, template },
        status: {
          currentNumberScheduled: replicas,
          desiredNumberScheduled: replicas,
          numberReady: replicas,
          numberAvailable: replicas,
          updatedNumberScheduled: replicas,
          numberMisscheduled: 0,
          observedGeneration: 1,
        },
      };
    case 'CronJob':
      return {
        spec: {
          schedule: workload.schedule,
          concurrencyPolicy: 'Forbid',
          suspend: false,
          successfulJobsHistoryLimit: 3,
          jobTemplate: { spec: { template } },
        },
        status: {},
      };
    case 'Job':
    default:
      return {
        spec: { parallelism: 1, completions: 1, backoffLimit: 6, selector, template },
        status: jobStatus(workload, nowMs),
      };
  }
}

function jobStatus(job: SimWorkload, nowMs: number): object {
  const { startMs = 0, endMs = Infinity } = job;
  const startTime = stampText(startMs);
  if (nowMs < endMs) return { startTime, active: 1, ready: 1 };
  const completionTime = stampText(endMs);
  return {
    startTime,
    completionTime,
    succeeded: 1,
    conditions: [
      { type: 'Complete', status: 'True', lastProbeTime: completionTime, lastTransitionTime: completionTime },
    ],
  };
}
