import type { MetricObject } from '../../src/metrics/core/sample.js';
import { type Curve, flat } from '../../sim/curves.js';
import type { SimContainer, SimNode, SimPod } from '../../sim/model.js';
import { planCluster, type PlanOptions } from '../../sim/plan-cluster.js';
import { between, hash } from '../../sim/seeded.js';

/** One object with what its curves are drawn from (`history-formulas.ts`). */
export interface HistoryObject {
  readonly object: MetricObject;
  readonly scope: string;
  /** Cores. */
  readonly cpu: Curve;
  /** Bytes of working set. */
  readonly memory: Curve;
  readonly startMs: number;
  /** 0: none. */
  readonly memoryLimit: number;
  readonly memoryRequest: number;
  readonly cpuRequest: number;
  /** Bytes received and sent for each CPU-second; received 0: it has no network of its own. */
  readonly rx: number;
  readonly tx: number;
  /** Bytes a second that it writes to its files. */
  readonly writes: number;
  /** A number of the node, for what all file systems of a node share. */
  readonly node: number;
  /** A number from 0 to 99 that says how lively it is. */
  readonly temper: number;
}

const MI = 1024 ** 2;

/**
 * The objects of the simulated cluster (`sim/`): its pods, containers and nodes with their curves; kubelet, runtime and pods of each node; namespaces and the
 * cluster; of each container `/` and `logs`, of each pod one volume (its token, as every pod has), of each node three file systems and two interfaces.
 */
export function historyObjects(cluster: Omit<PlanOptions, 'seed'>, nowMs: number): HistoryObject[] {
  const world = planCluster({ ...cluster, seed: 1 }, nowMs);
  const objects: HistoryObject[] = [];
  for (const node of world.nodes.values()) {
    objects.push(...nodeObjects(node));
    for (const pod of node.pods) objects.push(...podObjects(pod));
  }
  for (const { name } of world.namespaces) {
    const pods = [...world.pods.values()].filter(({ namespace }) => namespace === name);
    if (pods.length > 0) objects.push(sumObject({ type: 'ns', namespace: name }, pods));
  }
  return [...objects, sumObject({ type: 'cluster' }, [...world.pods.values()])];
}

function nodeObjects(node: SimNode): HistoryObject[] {
  const cpu = sumCurves([...node.pods.flatMap(containersOf).map((one) => one.cpu), node.otherCpu]);
  const memory = sumCurves(node.pods.flatMap(containersOf).map((one) => one.memory));
  const base = common(node, node.name, node.bootMs);
  const whole = { ...base, object: { type: 'node', node: node.name, labels: node.labels } as const, cpu, memory };
  const part = (container: string, curve: Curve, bytes: number): HistoryObject => ({
    ...common(node, `${node.name} ${container}`, node.bootMs),
    object: { type: 'sys_container', node: node.name, container },
    cpu: curve,
    memory: { ...flat(bytes), day: 0.05, ripple: 0.02, ripplePeriodMs: 400_000 },
  });
  return [
    whole,
    part('kubelet', node.kubeletCpu, 96 * MI),
    part('runtime', node.runtimeCpu, 160 * MI),
    { ...part('pods', cpu, 0), memory },
    ...['/', 'imageFs', 'containerFs', 'Interface:eth0', 'Interface:cni0'].map((resource) => ({
      ...whole,
      object: { ...whole.object, resource },
    })),
  ];
}

function podObjects(pod: SimPod): HistoryObject[] {
  const { namespace, name, uid, node, labels, owner } = pod;
  const workload = owner ? `${owner.kind}/${owner.name}` : undefined;
  const object = { type: 'pod', node: node.name, namespace, pod: name, podUid: uid, labels, ...(workload ? { workload } : {}) } as const; // prettier-ignore
  const containers = containersOf(pod);
  const base = {
    ...common(node, uid, pod.createdMs),
    rx: pod.hostNetwork ? 0 : pod.rxBytesPerCpuSecond,
    tx: pod.txBytesPerCpuSecond,
  };
  const whole = {
    ...base,
    ...asked(containers),
    object,
    cpu: sumCurves(containers.map((one) => one.cpu)),
    memory: sumCurves(containers.map((one) => one.memory)),
  };
  return [
    whole,
    { ...whole, object: { ...object, resource: 'Volume:kube-api-access' } },
    ...containers.flatMap((container) => {
      const mine = {
        ...common(node, `${uid} ${container.name}`, pod.createdMs),
        ...asked([container]),
        object: { ...object, type: 'pod_container', container: container.name } as const,
        cpu: container.cpu,
        memory: container.memory,
      };
      return [mine, ...['/', 'logs'].map((resource) => ({ ...mine, object: { ...mine.object, resource } }))];
    }),
  ];
}

function sumObject(object: MetricObject, pods: readonly SimPod[]): HistoryObject {
  const containers = pods.flatMap(containersOf);
  const node = pods[0]?.node as SimNode;
  return {
    ...common(node, object.namespace ?? 'cluster', node.bootMs),
    ...asked(containers),
    scope: '',
    object,
    cpu: sumCurves(containers.map((one) => one.cpu)),
    memory: sumCurves(containers.map((one) => one.memory)),
  };
}

function common(node: SimNode, key: string, startMs: number): Omit<HistoryObject, 'object' | 'cpu' | 'memory'> {
  return {
    scope: node.name,
    startMs,
    memoryLimit: 0,
    memoryRequest: 0,
    cpuRequest: 0,
    rx: 200_000,
    tx: 100_000,
    writes: hash('writes', key) % 10 < 4 ? between(5, 400, 'rate', key) : 0,
    node: node.index,
    temper: hash('temper', key) % 100,
  };
}

function asked(
  containers: readonly SimContainer[],
): Pick<HistoryObject, 'memoryLimit' | 'memoryRequest' | 'cpuRequest'> {
  const limits = containers.map((one) => one.memoryLimitBytes);
  const memoryLimit = limits.includes(0) ? 0 : limits.reduce((sum, bytes) => sum + bytes, 0);
  const cpuRequest = containers.reduce((sum, { requests }) => sum + (parseInt(requests?.['cpu'] ?? '0', 10) || 0), 0);
  return { memoryLimit, memoryRequest: Math.round(memoryLimit / 2), cpuRequest };
}

const containersOf = (pod: SimPod): readonly SimContainer[] => pod.containers;

/** About what the curves come to together: their mean waves, weighted by level, and the bursts as part of the level. */
function sumCurves(curves: readonly Curve[]): Curve {
  const [first = flat(0)] = curves;
  const level = (curve: Curve): number => curve.base + (curve.burst * curve.burstMs) / curve.burstPeriodMs;
  const base = curves.reduce((sum, curve) => sum + level(curve), 0);
  const mean = (of: (curve: Curve) => number): number =>
    base === 0 ? 0 : curves.reduce((sum, curve) => sum + level(curve) * of(curve), 0) / base;
  if (curves.length === 1) return first;
  const day = mean((curve) => curve.day);
  return { ...first, base, day, ripple: mean((curve) => curve.ripple) / Math.sqrt(curves.length || 1), burst: 0 };
}
