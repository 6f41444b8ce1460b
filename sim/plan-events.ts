import type { KubernetesObject } from './kubernetes-objects.js';
import { CRASH_PERIOD_MS, CRASH_RUN_MS, isPending, runAt, waitingReason } from './lifecycle.js';
import type { SimContainer, SimNode, SimPod } from './model.js';
import { hash, uuid } from './seeded.js';
import { stampText } from './template.js';

/** A kubelet looks at a pod that waits about so often, and tells each time that it waits. */
const BACK_OFF_EVERY_MS = 15_000;
/** Every node is short of memory once in six hours, for five minutes. */
const PRESSURE_PERIOD_MS = 6 * 3_600_000;
const PRESSURE_MS = 5 * 60_000;

/** What an event tells; the rest is made from it. */
interface Told {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly note: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
}

/** The events of a pod as they stand at `nowMs`, as an API server 1.34 serves them in events.k8s.io/v1. A pure function of the pod and the time. */
export function podEvents(pod: SimPod, nowMs: number): KubernetesObject[] {
  const ofContainers = pod.containers.flatMap((container) => containerEvents(pod, container, nowMs));
  return pod.isMirror ? ofContainers : [scheduled(pod), ...ofContainers];
}

/** The events of a node as they stand at `nowMs`. */
export function nodeEvents(node: SimNode, nowMs: number): KubernetesObject[] {
  const phaseMs = hash('pressure', node.name) % PRESSURE_PERIOD_MS;
  const beganMs = Math.floor((nowMs - phaseMs) / PRESSURE_PERIOD_MS) * PRESSURE_PERIOD_MS + phaseMs;
  const short = { type: 'Normal', reason: 'NodeHasInsufficientMemory', firstMs: beganMs, lastMs: beganMs } as const;
  const endedMs = beganMs + PRESSURE_MS;
  const enough = { type: 'Normal', reason: 'NodeHasSufficientMemory', firstMs: endedMs, lastMs: endedMs } as const;
  const regarding = { kind: 'Node', name: node.name, uid: node.name };
  return [short, enough]
    .filter(({ firstMs }) => firstMs <= nowMs && firstMs >= node.bootMs)
    .map((told) => {
      const note = `Node ${node.name} status is now: ${told.reason}`;
      return fromKubelet(node, 'default', regarding, { ...told, note, count: 1 });
    });
}

function containerEvents(pod: SimPod, container: SimContainer, nowMs: number): KubernetesObject[] {
  const run = runAt(pod, container, nowMs);
  const starts = { firstMs: pod.createdMs, lastMs: run.startedMs, count: run.restartCount + 1 };
  const normal = { type: 'Normal', ...starts } as const;
  const told: Told[] = isPending(pod, nowMs)
    ? pulling(pod, container, nowMs)
    : [
        { ...normal, reason: 'Pulled', note: `Container image "${container.image}" already present on machine` },
        { ...normal, reason: 'Created', note: `Container created` },
        { ...normal, reason: 'Started', note: `Container started` },
        ...(container.behaviour === 'crashing' ? backOff(pod, container, nowMs) : []),
      ];
  const regarding = { ...referenceTo(pod), fieldPath: `spec.containers{${container.name}}` };
  const events = told.map((one) => fromKubelet(pod.node, pod.namespace, regarding, one));
  if (container.behaviour !== 'leaking' || run.restartCount === 0) return events;
  const killed = { type: 'Warning', reason: 'SystemOOM', firstMs: run.startedMs, lastMs: run.startedMs } as const;
  const note = `System OOM encountered, victim process: ${container.name}, pid: ${String(1000 + (hash(pod.uid, run.restartCount) % 30_000))}`;
  const node = { kind: 'Node', name: pod.node.name, uid: pod.node.name };
  return [...events, fromKubelet(pod.node, 'default', node, { ...killed, note, count: 1 })];
}

/** While an image cannot be pulled; one that comes soon tells nothing. */
function pulling(pod: SimPod, { image }: SimContainer, nowMs: number): Told[] {
  if (waitingReason(pod) !== 'ImagePullBackOff') return [];
  const count = Math.floor((nowMs - pod.createdMs) / BACK_OFF_EVERY_MS) + 1;
  const lastMs = pod.createdMs + (count - 1) * BACK_OFF_EVERY_MS;
  const failed = { type: 'Warning', firstMs: pod.createdMs, lastMs, count } as const;
  const note = `Failed to pull image "${image}": failed to resolve reference "${image}": not found`;
  return [
    { ...failed, reason: 'Failed', note },
    { ...failed, type: 'Normal', reason: 'BackOff', note: `Back-off pulling image "${image}"` },
  ];
}

/** While a crashed container waits for its next start. */
function backOff(pod: SimPod, { name }: SimContainer, nowMs: number): Told[] {
  const perCycle = Math.floor((CRASH_PERIOD_MS - CRASH_RUN_MS) / BACK_OFF_EVERY_MS);
  const sinceMs = nowMs - pod.createdMs;
  const cycle = Math.floor(sinceMs / CRASH_PERIOD_MS);
  const waitedMs = sinceMs - cycle * CRASH_PERIOD_MS - CRASH_RUN_MS;
  const within = waitedMs < 0 ? 0 : Math.min(perCycle, Math.floor(waitedMs / BACK_OFF_EVERY_MS) + 1);
  const count = Math.max(0, cycle) * perCycle + within;
  if (count <= 0) return [];
  const lastCycle = Math.floor((count - 1) / perCycle);
  const lastMs = lastCycle * CRASH_PERIOD_MS + CRASH_RUN_MS + ((count - 1) % perCycle) * BACK_OFF_EVERY_MS;
  const note = `Back-off restarting failed container ${name} in pod ${pod.name}_${pod.namespace}(${pod.uid})`;
  const firstMs = pod.createdMs + CRASH_RUN_MS;
  return [{ type: 'Warning', reason: 'BackOff', note, firstMs, lastMs: pod.createdMs + lastMs, count }];
}

/** As the scheduler writes it: with an instant in microseconds and no count. */
function scheduled(pod: SimPod): KubernetesObject {
  return {
    metadata: metadataOf(pod.namespace, pod.name, 'Scheduled', pod.createdMs),
    eventTime: `${stampText(pod.createdMs).slice(0, -1)}.000000Z`,
    reportingController: 'default-scheduler',
    reportingInstance: 'default-scheduler-node-0001',
    action: 'Binding',
    reason: 'Scheduled',
    regarding: referenceTo(pod),
    note: `Successfully assigned ${pod.namespace}/${pod.name} to ${pod.node.name}`,
    type: 'Normal',
    deprecatedSource: {},
    deprecatedFirstTimestamp: null,
    deprecatedLastTimestamp: null,
  };
}

/** As a kubelet writes it: in core/v1. */
function fromKubelet(node: SimNode, namespace: string, regarding: { name: string }, told: Told): KubernetesObject {
  const { firstMs, lastMs, count, ...event } = told;
  return {
    metadata: metadataOf(namespace, regarding.name, `${told.reason} ${JSON.stringify(regarding)}`, firstMs),
    eventTime: null,
    reportingController: 'kubelet',
    reportingInstance: node.name,
    regarding,
    ...event,
    deprecatedSource: { component: 'kubelet', host: node.name },
    deprecatedFirstTimestamp: stampText(firstMs),
    deprecatedLastTimestamp: stampText(lastMs),
    deprecatedCount: count,
  };
}

function metadataOf(namespace: string, name: string, what: string, firstMs: number) {
  const nanoseconds = BigInt(firstMs) * 1_000_000n + BigInt(hash(what) % 1_000_000);
  return {
    name: `${name}.${nanoseconds.toString(16)}`,
    namespace,
    uid: uuid('event', namespace, name, what, firstMs),
    creationTimestamp: stampText(firstMs),
  };
}

function referenceTo({ namespace, name, uid }: SimPod) {
  return { kind: 'Pod', namespace, name, uid, apiVersion: 'v1' };
}
