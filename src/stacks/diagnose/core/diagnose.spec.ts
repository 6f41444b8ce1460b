import { describe, expect, it } from '@jest/globals';
import type { ManifestObject } from '../../core/manifest-object.js';
import { claimCause } from './claim-cause.js';
import { diagnose } from './diagnose.js';
import type { DiagnosisFacts } from './diagnosis-facts.js';
import { podCause } from './pod-cause.js';
import { refusalCause } from './refusal-cause.js';
import { schedulingCause } from './scheduling-cause.js';

const FACTS: DiagnosisFacts = {
  namespace: 'shop',
  objects: [],
  events: [],
  claims: [],
  storageClasses: [],
  crashLogs: [],
};
const pod = (status: object, spec: object = {}): ManifestObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', namespace: 'shop', uid: 'u1' },
  spec,
  status,
});
const waiting = (reason: string, message: string, more: object = {}): ManifestObject =>
  pod({
    containerStatuses: [{ name: 'web', image: 'docker.io/x/y:1', state: { waiting: { reason, message } }, ...more }],
  });
const unscheduled = (message: string, spec: object = {}): ManifestObject =>
  pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] }, spec);
const warning = (reason: string, note: string, at = '2026-01-01T00:00:00Z', uid = 'u1'): ManifestObject => ({
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: { name: `e-${at}`, namespace: 'shop', creationTimestamp: at },
  regarding: { kind: 'Pod', name: 'web-1', namespace: 'shop', uid },
  reason,
  note,
});
const storageClass = (name: string, more: object = {}, annotations = {}): ManifestObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name, annotations },
  ...more,
});
const claim = (spec: object, phase = 'Pending'): ManifestObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'shop' },
  spec,
  status: { phase },
});

describe('what the scheduler says', () => {
  it.each([
    [
      "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
      ['0 of 2 nodes take it.', "On 2 nodes: didn't match Pod's node affinity/selector."],
      /Label a node/,
    ],
    [
      '0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }. preemption: none.',
      [
        '0 of 3 nodes take it.',
        'On 1 node: Insufficient cpu.',
        'On 2 nodes: had untolerated taint {node-role.kubernetes.io/control-plane: }.',
      ],
      /Ask for less.*toleration/,
    ],
    ['no nodes available to schedule pods', ['no nodes available to schedule pods'], /kubectl describe pod/],
  ])('%s', (message, because, whatToDo) => {
    expect(schedulingCause(message)).toEqual({
      cause: 'scheduling',
      because,
      whatToDo: expect.stringMatching(whatToDo),
    });
  });
});

describe('a refusal', () => {
  it.each([
    [
      'pods "web-1" is forbidden: exceeded quota: small, requested: pods=1,requests.cpu=100m, used: pods=2,requests.cpu=1, limited: pods=2,requests.cpu=1',
      'quota',
      /small would be exceeded: asked pods=1,requests.cpu=100m, used pods=2,requests.cpu=1, hard pods=2,requests.cpu=1\./,
    ],
    [
      'pods "web-1" is forbidden: failed quota: small: must specify limits.cpu for: web; requests.cpu for: web',
      'quota',
      /small counts .*limits.cpu for: web/,
    ],
    [
      'pods "web-1" is forbidden: violates PodSecurity "restricted:latest": privileged (container "web" must not set securityContext.privileged=true)',
      'admission',
      /restricted:latest\) forbids it: privileged/,
    ],
    [
      'admission webhook "policy.example.com" denied the request: images must be signed',
      'admission',
      /policy\.example\.com denies it: images must be signed\./,
    ],
    [
      'Internal error occurred: failed calling webhook "policy.example.com": failed to call webhook: Post "https://policy.x.svc:443/?timeout=10s": no endpoints available for service "policy"',
      'admission',
      /does not answer/,
    ],
    [
      'pods "web-1" is forbidden: error looking up service account shop/web: serviceaccount "web" not found',
      'configuration',
      /ServiceAccount shop\/web is not there/,
    ],
    [
      'deployments.apps "web" is forbidden: User "system:serviceaccount:q:q" cannot get resource "deployments" in API group "apps" in the namespace "shop"',
      'rights',
      /system:serviceaccount:q:q may not get deployments\.apps/,
    ],
    [
      'pods "web-1" is forbidden: [maximum cpu usage per Container is 1, but limit is 2]',
      'quota',
      /LimitRange .*maximum cpu usage per Container is 1/,
    ],
  ])('%s', (message, cause, because) => {
    const found = refusalCause(message);
    expect(found?.cause).toBe(cause);
    expect(found?.because.join(' ')).toMatch(because);
  });

  it('that nobody knows is left as it is', () => {
    expect(refusalCause('something else')).toBeUndefined();
  });
});

describe('a pod', () => {
  it.each<[string, ManifestObject, Partial<DiagnosisFacts>, string, RegExp]>([
    [
      'whose image is not there',
      waiting('ImagePullBackOff', 'Back-off pulling image "docker.io/x/y:1"'),
      { events: [warning('Failed', 'Failed to pull image "docker.io/x/y:1": docker.io/x/y:1: not found')] },
      'image',
      /docker\.io\/x\/y:1 cannot be pulled.*no such repository or tag/,
    ],
    [
      'whose image is private',
      waiting('ErrImagePull', 'failed to authorize: 401 Unauthorized'),
      {},
      'image',
      /without a right/,
    ],
    [
      'whose registry has no address',
      waiting('ErrImagePull', 'dial tcp: lookup nowhere.invalid on 10.0.0.1:53: no such host'),
      {},
      'image',
      /host name has no address/,
    ],
    [
      'without a ConfigMap key',
      waiting('CreateContainerConfigError', "couldn't find key mode in ConfigMap shop/web"),
      {},
      'configuration',
      /couldn't find key mode in ConfigMap shop\/web/,
    ],
    [
      'without a Secret to mount',
      pod({ containerStatuses: [{ name: 'web', state: { waiting: { reason: 'ContainerCreating' } } }] }),
      { events: [warning('FailedMount', 'MountVolume.SetUp failed for volume "keys" : secret "keys" not found')] },
      'configuration',
      /secret "keys" not found/,
    ],
    [
      'out of memory',
      waiting('CrashLoopBackOff', 'back-off 5m0s restarting', {
        restartCount: 4,
        lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
      }),
      {},
      'crash',
      /4 restarts.*OOMKilled, exit code 137/,
    ],
    [
      'whose probe fails',
      pod({ containerStatuses: [{ name: 'web', ready: false, state: { running: {} } }] }),
      { events: [warning('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 500')] },
      'probe',
      /statuscode: 500/,
    ],
    [
      'whose claim has no class',
      unscheduled('0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims.', {
        volumes: [{ persistentVolumeClaim: { claimName: 'data' } }],
      }),
      { claims: [claim({})] },
      'volume',
      /no storage class, and the cluster has no default one/,
    ],
    [
      'whose claim is not there',
      unscheduled('persistentvolumeclaim "data" not found', {
        volumes: [{ persistentVolumeClaim: { claimName: 'data' } }],
      }),
      {},
      'volume',
      /data that it uses is not there/,
    ],
  ])('%s', (_, of, facts, cause, because) => {
    const found = podCause(of, { ...FACTS, ...facts });
    expect(found?.cause).toBe(cause);
    expect(found?.because.join(' ')).toMatch(because);
    expect(found?.whatToDo).not.toBe('');
  });

  it('that crashes shows its last lines', () => {
    const crashed = waiting('CrashLoopBackOff', '', { lastState: { terminated: { exitCode: 2, reason: 'Error' } } });
    const crashLogs = [{ pod: 'web-1', container: 'web', lines: ['no config'] }];
    expect(podCause(crashed, { ...FACTS, crashLogs })).toMatchObject({ cause: 'crash', logLines: ['no config'] });
  });

  it('is not judged by the events of an earlier one of its name', () => {
    const running = pod({ containerStatuses: [{ name: 'web', state: { running: {} } }] });
    const events = [warning('Unhealthy', 'Readiness probe failed', '2026-01-01T00:00:00Z', 'u0')];
    expect(podCause(running, { ...FACTS, events })).toBeUndefined();
  });
});

describe('a claim', () => {
  const late = storageClass('late', { volumeBindingMode: 'WaitForFirstConsumer', provisioner: 'x' });
  const byHand = storageClass('hand', { provisioner: 'kubernetes.io/no-provisioner' });
  it.each<[string, ManifestObject, readonly ManifestObject[] | undefined, RegExp | undefined]>([
    ['of a class that is not there', claim({ storageClassName: 'fast' }), [late], /no storage class fast/],
    ['without class and default', claim({}), [late], /no default one/],
    ['whose class waits for a pod', claim({ storageClassName: 'late' }), [late], undefined],
    ['whose class makes none', claim({ storageClassName: 'hand' }), [byHand], /makes no volumes by itself/],
    ['that is bound', claim({ storageClassName: 'fast' }, 'Bound'), [], undefined],
    ['of which nothing is known', claim({}), undefined, undefined],
  ])('%s', (_, of, classes, because) => {
    const found = claimCause(of, classes, []);
    if (because) expect(found?.because.join(' ')).toMatch(because);
    else expect(found).toBeUndefined();
  });
});

describe('a diagnosis', () => {
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
  const live: ManifestObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
  };
  const health = { state: 'inProgress', message: '0 of 2 replicas are ready.' } as const;

  it('tells the same cause of two pods once, the basic causes first, and nothing of what is ready', () => {
    const failure = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: 'exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2',
    };
    const first = waiting('ErrImagePull', 'not found');
    const second = { ...first, metadata: { ...first.metadata, name: 'web-2' } };
    const findings = diagnose({
      ...FACTS,
      objects: [
        { ref, live: { ...live, status: { conditions: [failure] } }, health, pods: [first, second] },
        { ref: { ...ref, name: 'other' }, live, health: { state: 'current', message: '' }, pods: [first] },
      ],
    });
    expect(findings.map(({ cause }) => cause)).toEqual(['quota', 'image']);
    expect(findings[0]?.because[0]).toBe('Deployment web: 0 of 2 replicas are ready.');
  });

  it.each([
    [{ failure: 'Quartermaster lacks rights; add {verbs: ["patch"]}' }, 'rights'],
    [{}, 'release'],
  ])('tells why an object is not there: %j', (more, cause) => {
    const absent = { ref, health: { state: 'notFound', message: 'It is not there.' } as const, pods: [] };
    expect(diagnose({ ...FACTS, ...more, objects: [absent] })).toMatchObject([{ ref, cause }]);
  });

  it('tells that nothing is known where nothing is', () => {
    expect(diagnose({ ...FACTS, objects: [{ ref, live, health, pods: [] }] })).toMatchObject([{ cause: 'unknown' }]);
  });
});
