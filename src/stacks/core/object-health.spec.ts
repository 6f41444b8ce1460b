import { describe, expect, it } from '@jest/globals';
import type { Health } from './health.js';
import type { ManifestObject } from './manifest-object.js';
import { healthOf } from './object-health.js';

const NOW_MS = Date.parse('2026-01-01T00:01:00Z');

type Case = readonly [what: string, object: object, state: Health['state'], message?: RegExp];

const is = (type: string, status: string, reason = '', message = ''): object => ({ type, status, reason, message });
const AVAILABLE = [is('Available', 'True'), is('Progressing', 'True', 'NewReplicaSetAvailable')];
const DEPLOYED = { replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3, conditions: AVAILABLE };
const deployment = (status: object, spec: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  spec: { replicas: 3, progressDeadlineSeconds: 600, ...spec },
  status,
});
const SET = {
  replicas: 3,
  readyReplicas: 3,
  currentReplicas: 3,
  updatedReplicas: 3,
  currentRevision: 'a',
  updateRevision: 'a',
};
const statefulSet = (status: object, updateStrategy: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  spec: { replicas: 3, updateStrategy },
  status,
});
const partition = (from: number): object => ({ type: 'RollingUpdate', rollingUpdate: { partition: from } });
const ON_NODES = {
  observedGeneration: 2,
  desiredNumberScheduled: 2,
  currentNumberScheduled: 2,
  updatedNumberScheduled: 2,
  numberAvailable: 2,
  numberReady: 2,
};
const daemonSet = (status: object, type = 'RollingUpdate'): object => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { generation: 2 },
  spec: { updateStrategy: { type } },
  status,
});
const REPLICAS = { replicas: 2, fullyLabeledReplicas: 2, availableReplicas: 2, readyReplicas: 2 };
const replicaSet = (status: object): object => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  spec: { replicas: 2 },
  status,
});
const pod = (status: object, creationTimestamp = '2026-01-01T00:00:00Z'): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { creationTimestamp },
  status,
});
const crashing = (reason: string): object => ({ name: 'web', state: { waiting: { reason } } });
const unschedulable = [is('PodScheduled', 'False', 'Unschedulable', '0/2 nodes are available')];
const job = (status: object, spec: object = {}): object => ({ apiVersion: 'batch/v1', kind: 'Job', spec, status });
const definition = (...conditions: object[]): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  status: { conditions },
});
const custom = (status: object, metadata: object = {}): object => ({
  apiVersion: 'example.com/v1',
  kind: 'Thing',
  metadata,
  status,
});
const of = (apiVersion: string, kind: string, rest: object = {}): object => ({ apiVersion, kind, ...rest });

const CASES: readonly Case[] = [
  ['what is being deleted', custom({}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), 'terminating'],
  [
    'a generation that was not seen',
    custom({ observedGeneration: 1 }, { generation: 2 }),
    'inProgress',
    /generation 2, seen 1/,
  ],
  ['a generation that was seen', custom({ observedGeneration: 2 }, { generation: 2 }), 'current'],
  [
    'a deletion before a generation',
    custom({ observedGeneration: 1 }, { generation: 2, deletionTimestamp: 'x' }),
    'terminating',
  ],
  ['Reconciling', custom({ conditions: [is('Reconciling', 'True', 'R', 'at work')] }), 'inProgress', /at work/],
  ['Reconciling that is over', custom({ conditions: [is('Reconciling', 'False')] }), 'current'],
  ['Stalled', custom({ conditions: [is('Stalled', 'True', 'S', 'no way')] }), 'failed', /no way/],
  ['Ready', custom({ conditions: [is('Ready', 'True')] }), 'current'],
  ['not Ready', custom({ conditions: [is('Ready', 'False', 'R', 'not yet')] }), 'inProgress', /not yet/],
  ['unknown whether Ready', custom({ conditions: [is('Ready', 'Unknown')] }), 'inProgress'],
  ['a kind without a rule or a condition', of('example.com/v1', 'Thing'), 'current'],
  ['a Deployment that is there', deployment(DEPLOYED), 'current', /3 of 3/],
  [
    'past its deadline',
    deployment({ ...DEPLOYED, conditions: [is('Progressing', 'False', 'ProgressDeadlineExceeded', 'too late')] }),
    'failed',
    /too late/,
  ],
  ['fewer replicas', deployment({ ...DEPLOYED, replicas: 2 }), 'inProgress', /2 of 3 replicas are there/],
  ['fewer updated', deployment({ ...DEPLOYED, updatedReplicas: 1 }), 'inProgress', /1 of 3 replicas are updated/],
  ['old pods that end', deployment({ ...DEPLOYED, replicas: 4 }), 'inProgress', /1 replicas more than 3/],
  ['fewer available', deployment({ ...DEPLOYED, availableReplicas: 2 }), 'inProgress', /2 of 3 replicas are available/],
  ['fewer ready', deployment({ ...DEPLOYED, readyReplicas: 2 }), 'inProgress', /2 of 3 replicas are ready/],
  [
    'a new ReplicaSet that is not available',
    deployment({ ...DEPLOYED, conditions: [is('Available', 'True'), is('Progressing', 'True', 'ReplicaSetUpdated')] }),
    'inProgress',
    /ReplicaSet/,
  ],
  [
    'a Deployment without a deadline',
    deployment({ ...DEPLOYED, conditions: [is('Available', 'True')] }, { progressDeadlineSeconds: 2 ** 31 - 1 }),
    'current',
  ],
  [
    'not Available',
    deployment({
      ...DEPLOYED,
      conditions: [is('Available', 'False'), is('Progressing', 'True', 'NewReplicaSetAvailable')],
    }),
    'inProgress',
    /not available/,
  ],
  ['one replica unless said', deployment({}, { replicas: undefined }), 'inProgress', /0 of 1/],
  ['a StatefulSet', statefulSet(SET), 'current'],
  ['a StatefulSet replaced by hand', statefulSet({}, { type: 'OnDelete' }), 'current'],
  [
    'a StatefulSet with fewer replicas',
    statefulSet({ ...SET, replicas: 1 }),
    'inProgress',
    /1 of 3 replicas are there/,
  ],
  ['a StatefulSet with fewer ready', statefulSet({ ...SET, readyReplicas: 2 }), 'inProgress', /2 of 3/],
  ['a StatefulSet with more', statefulSet({ ...SET, replicas: 4 }), 'inProgress', /more/],
  [
    'a partition that is not updated',
    statefulSet({ ...SET, updatedReplicas: 1 }, partition(1)),
    'inProgress',
    /1 of 2 replicas are updated/,
  ],
  ['a partition that is', statefulSet({ ...SET, updatedReplicas: 2, updateRevision: 'b' }, partition(1)), 'current'],
  ['a StatefulSet of older pods', statefulSet({ ...SET, currentReplicas: 2 }), 'inProgress', /current revision/],
  ['two revisions', statefulSet({ ...SET, updateRevision: 'b' }), 'inProgress', /being replaced/],
  ['a DaemonSet', daemonSet(ON_NODES), 'current', /2 of 2 nodes/],
  ['a DaemonSet nobody has seen', daemonSet({}), 'inProgress', /not seen/],
  ['a DaemonSet without a generation', of('apps/v1', 'DaemonSet', { status: ON_NODES }), 'inProgress', /no generation/],
  ['a DaemonSet of unknown size', daemonSet({ observedGeneration: 2 }), 'inProgress', /how many/],
  [
    'a DaemonSet on fewer nodes',
    daemonSet({ ...ON_NODES, currentNumberScheduled: 1 }),
    'inProgress',
    /1 of 2 nodes its pods are there/,
  ],
  ['a DaemonSet with older pods', daemonSet({ ...ON_NODES, updatedNumberScheduled: 0 }), 'inProgress', /updated/],
  [
    'a DaemonSet with older pods that is replaced by hand',
    daemonSet({ ...ON_NODES, updatedNumberScheduled: 0 }, 'OnDelete'),
    'current',
  ],
  ['a DaemonSet with fewer available', daemonSet({ ...ON_NODES, numberAvailable: 1 }), 'inProgress', /available/],
  ['a DaemonSet with fewer ready', daemonSet({ ...ON_NODES, numberReady: 1 }), 'inProgress', /ready/],
  ['a ReplicaSet', replicaSet(REPLICAS), 'current'],
  [
    'a ReplicaSet that makes no pods',
    replicaSet({ ...REPLICAS, conditions: [is('ReplicaFailure', 'True', 'F', 'quota')] }),
    'inProgress',
    /quota/,
  ],
  ['fewer labelled', replicaSet({ ...REPLICAS, fullyLabeledReplicas: 1 }), 'inProgress', /labelled/],
  ['a ReplicaSet with fewer available', replicaSet({ ...REPLICAS, availableReplicas: 1 }), 'inProgress', /available/],
  ['a ReplicaSet with fewer ready', replicaSet({ ...REPLICAS, readyReplicas: 1 }), 'inProgress', /ready/],
  ['a ReplicaSet with more', replicaSet({ ...REPLICAS, replicas: 3 }), 'inProgress', /more/],
  ['a pod that succeeded', pod({ phase: 'Succeeded' }), 'current'],
  ['a pod that failed', pod({ phase: 'Failed' }), 'current', /not with success/],
  ['a pod that is ready', pod({ phase: 'Running', conditions: [is('Ready', 'True')] }), 'current'],
  ['a pod that is not', pod({ phase: 'Running', conditions: [is('Ready', 'False')] }), 'inProgress'],
  ['a pod that crashes', pod({ phase: 'Running', containerStatuses: [crashing('CrashLoopBackOff')] }), 'failed', /web/],
  [
    'a pod whose image cannot be pulled',
    pod({ phase: 'Running', containerStatuses: [crashing('ImagePullBackOff')] }),
    'inProgress',
  ],
  ['a pending pod', pod({ phase: 'Pending' }), 'inProgress'],
  ['a pod without a node for a minute', pod({ phase: 'Pending', conditions: unschedulable }), 'failed', /0\/2 nodes/],
  [
    'a pod without a node for 14 seconds',
    pod({ phase: 'Pending', conditions: unschedulable }, '2026-01-01T00:00:46Z'),
    'inProgress',
  ],
  [
    'a pod without a node for 15 seconds',
    pod({ phase: 'Pending', conditions: unschedulable }, '2026-01-01T00:00:45Z'),
    'failed',
  ],
  ['a pod nobody has seen', pod({}), 'inProgress'],
  ['a Job that is complete', job({ succeeded: 1, conditions: [is('Complete', 'True')] }), 'current', /1 of 1/],
  [
    'a Job that failed',
    job({ failed: 3, conditions: [is('Failed', 'True', 'BackoffLimitExceeded', 'too often')] }),
    'failed',
    /too often/,
  ],
  ['a suspended Job', job({ conditions: [is('Suspended', 'True')] }, { suspend: true }), 'current'],
  [
    'a Job that goes on again',
    job({ conditions: [is('Suspended', 'True')] }, { suspend: false }),
    'inProgress',
    /not begun/,
  ],
  ['a Job that has not begun', job({}), 'inProgress', /not begun/],
  ['a Job at work', job({ startTime: 'x', active: 1 }), 'inProgress', /1 pods are active/],
  ['a claim that is bound', of('v1', 'PersistentVolumeClaim', { status: { phase: 'Bound' } }), 'current'],
  ['a claim that waits', of('v1', 'PersistentVolumeClaim', { status: { phase: 'Pending' } }), 'inProgress', /Pending/],
  ['a Service', of('v1', 'Service', { spec: { type: 'ClusterIP' } }), 'current'],
  ['a load balancer without an address', of('v1', 'Service', { spec: { type: 'LoadBalancer' } }), 'inProgress'],
  [
    'a load balancer with one',
    of('v1', 'Service', { spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1' } }),
    'current',
  ],
  ['a definition that is established', definition(is('NamesAccepted', 'True'), is('Established', 'True')), 'current'],
  ['a definition whose names are taken', definition(is('NamesAccepted', 'False', 'Taken', 'taken')), 'failed', /taken/],
  ['a definition that is being installed', definition(is('Established', 'False', 'Installing')), 'inProgress'],
  ['a definition that cannot be', definition(is('Established', 'False', 'NotAccepted', 'no')), 'failed'],
  ['a definition nobody has seen', definition(), 'inProgress'],
  ['a ConfigMap', of('v1', 'ConfigMap'), 'current'],
  ['a Secret', of('v1', 'Secret'), 'current'],
  ['a CronJob', of('batch/v1', 'CronJob'), 'current'],
  [
    'a disruption budget',
    of('policy/v1', 'PodDisruptionBudget', { status: { conditions: [is('Ready', 'False')] } }),
    'current',
  ],
];

describe('the health of an object', () => {
  it.each(CASES)('%s', (_what, object, state, message = /./) => {
    const health = healthOf(object as ManifestObject, NOW_MS);
    expect(health.state).toBe(state);
    expect(health.message).toMatch(message);
  });

  it('is notFound without one', () => {
    expect(healthOf(undefined, NOW_MS).state).toBe('notFound');
  });
});
