import type { KubernetesObject } from './kubernetes-objects.js';
import { CRASH_RUN_MS, isPending, runAt, waitingReason, type ContainerRun } from './lifecycle.js';
import type { SimContainer, SimPod } from './model.js';
import { containerIdOf, imageIdOf } from './runtime/runtime-ids.js';
import { stampText } from './template.js';
import { kubeletUid, tokenVolume } from './summary-shape.js';

const TOLERATIONS = ['not-ready', 'unreachable'].map((name) => ({
  key: `node.kubernetes.io/${name}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

/** The Pod as it stands at `nowMs`. */
export function podObject(pod: SimPod, nowMs: number): KubernetesObject {
  const { namespace, name, uid, labels, owner } = pod;
  const hash = kubeletUid(pod);
  const mirror = {
    'kubernetes.io/config.source': 'file',
    'kubernetes.io/config.mirror': hash,
    'kubernetes.io/config.hash': hash,
  };
  return {
    metadata: {
      name,
      namespace,
      uid,
      creationTimestamp: stampText(pod.createdMs),
      labels,
      ...(pod.isMirror ? { annotations: mirror } : {}),
      ...(owner ? { ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }] } : {}),
    },
    spec: spec(pod),
    status: status(pod, nowMs),
  };
}

function spec(pod: SimPod): object {
  const mount = { name: tokenVolume(pod), readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' };
  return {
    nodeName: pod.node.name,
    restartPolicy: pod.endMs === undefined ? 'Always' : 'Never',
    serviceAccountName: 'default',
    schedulerName: 'default-scheduler',
    priority: 0,
    ...(pod.hostNetwork ? { hostNetwork: true } : {}),
    containers: pod.containers.map((container) => ({
      name: container.name,
      image: container.image,
      ...(pod.isMirror ? { command: commandOf(container.name) } : {}),
      imagePullPolicy: 'IfNotPresent',
      resources: {
        ...(container.requests ? { requests: container.requests } : {}),
        ...(container.limits ? { limits: container.limits } : {}),
      },
      volumeMounts: [mount],
    })),
    tolerations: TOLERATIONS,
    volumes: [
      ...pod.claims.map((claimName) => ({ name: 'data', persistentVolumeClaim: { claimName } })),
      { name: mount.name, projected: { defaultMode: 420, sources: [] } },
    ],
  };
}

/** As kubeadm writes it, with the arguments that matter. */
function commandOf(component: string): string[] {
  const known: Record<string, string[]> = {
    etcd: ['--advertise-client-urls=https://127.0.0.1:2379'],
    'kube-apiserver': ['--etcd-servers=https://127.0.0.1:2379', '--endpoint-reconciler-type=lease'],
  };
  const elected = [
    '--leader-elect=true',
    '--bind-address=127.0.0.1',
    `--kubeconfig=/etc/kubernetes/${component.replace('kube-', '')}.conf`,
  ];
  return [component, ...(known[component] ?? elected)];
}

function status(pod: SimPod, nowMs: number): object {
  const isDone = pod.endMs !== undefined && nowMs >= pod.endMs;
  const containerStatuses = pod.containers.map((container) => containerStatus(pod, container, nowMs));
  const isReady = !isDone && containerStatuses.every((item) => item.ready);
  const startTime = stampText(pod.createdMs);
  const condition = (type: string, isTrue: boolean) => ({
    type,
    status: isTrue ? 'True' : 'False',
    lastTransitionTime: startTime,
  });
  return {
    phase: isDone ? 'Succeeded' : isPending(pod, nowMs) ? 'Pending' : 'Running',
    qosClass: qosClass(pod),
    hostIP: '127.0.0.1',
    podIP: pod.ip,
    podIPs: [{ ip: pod.ip }],
    startTime,
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', isReady),
      condition('Ready', isReady),
    ],
    containerStatuses,
  };
}

function containerStatus(pod: SimPod, container: SimContainer, nowMs: number) {
  if (isPending(pod, nowMs)) return waitingStatus(pod, container);
  const run = runAt(pod, container, nowMs);
  const isDone = pod.endMs !== undefined && nowMs >= pod.endMs;
  const idOf = (life: number) => `containerd://${containerIdOf(pod.uid, container.name, life)}`;
  const isBetweenLives = !isDone && !run.isRunning;
  return {
    name: container.name,
    image: container.image,
    imageID: imageIdOf(container.image),
    containerID: idOf(run.restartCount),
    restartCount: run.restartCount,
    ready: run.isRunning,
    started: run.isRunning,
    state: isDone
      ? { terminated: termination(container, run.startedMs, pod.endMs ?? nowMs, true) }
      : run.isRunning
        ? { running: { startedAt: stampText(run.startedMs) } }
        : { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } },
    lastState:
      run.periodMs > 0 && (isBetweenLives || run.restartCount > 0)
        ? {
            terminated: {
              ...lastEnd(container, run, isBetweenLives),
              containerID: idOf(run.restartCount - (isBetweenLives ? 0 : 1)),
            },
          }
        : {},
  };
}

function waitingStatus(pod: SimPod, { name, image }: SimContainer) {
  const reason = waitingReason(pod);
  const message = reason === 'ImagePullBackOff' ? { message: `Back-off pulling image "${image}"` } : {};
  const state = { waiting: { reason, ...message } };
  return { name, image, imageID: '', restartCount: 0, ready: false, started: false, state, lastState: {} };
}

/** The end of the last life that is over: this one's while the container waits for its restart. */
function lastEnd(container: SimContainer, { startedMs, periodMs }: ContainerRun, isBetweenLives: boolean): object {
  const runMs = container.behaviour === 'crashing' ? CRASH_RUN_MS : periodMs;
  const beganMs = isBetweenLives ? startedMs : startedMs - periodMs;
  return termination(container, beganMs, beganMs + runMs, false);
}

function termination(container: SimContainer, startedMs: number, finishedMs: number, isDone: boolean): object {
  const reason = isDone ? 'Completed' : container.behaviour === 'leaking' ? 'OOMKilled' : 'Error';
  const exitCode = isDone ? 0 : reason === 'OOMKilled' ? 137 : 1;
  return { exitCode, reason, startedAt: stampText(startedMs), finishedAt: stampText(finishedMs) };
}

function qosClass(pod: SimPod): string {
  const hasAny = pod.containers.some((container) => container.requests || container.limits);
  return hasAny ? 'Burstable' : 'BestEffort';
}
