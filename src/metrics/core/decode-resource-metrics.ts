import { type ExposedPoint, ExpositionReader } from './exposition-reader.js';
import type { PodFacts } from './facts.js';
import { type Measured, type MeasuredNode, type MeasuredPod, slotOf, unmeasured } from './measured.js';

/**
 * Reads a kubelet's `GET /metrics/resource` (Kubernetes 1.34: pkg/kubelet/metrics/collectors/resource_metrics.go), which tells CPU time, working set, swap and container starts of what
 * its summary tells in full. What bears no time stamp, as some virtual kubelets tell it, is of the moment when it was asked for. It bears no uids of pods: those are taken from the cluster, and a pod that the cluster does not know on this node is left out.
 */
export class ResourceMetricsReader {
  private readonly node = unmeasured();
  private readonly pods = new Map<string, MeasuredPod>();
  private readonly uids: ReadonlyMap<string, string>;
  private readonly reader = new ExpositionReader({
    wants: (family) => Object.hasOwn(FIGURES, family),
    take: (point) => this.take(point),
  });

  constructor(
    private readonly name: string,
    podsOnNode: readonly PodFacts[],
    private readonly askedAtMs: number,
  ) {
    this.uids = new Map(podsOnNode.map((pod) => [`${pod.namespace}/${pod.name}`, pod.staticUid ?? pod.uid]));
  }

  /** @throws ExpositionGarbage */
  push(chunk: Buffer): void {
    this.reader.push(chunk);
  }

  /** What was read. @throws ExpositionGarbage when it broke off */
  end(): MeasuredNode {
    this.reader.end();
    return { name: this.name, measured: this.node, systemContainers: [], pods: [...this.pods.values()] };
  }

  private take(point: ExposedPoint): void {
    const measured = this.measuredOf(point);
    if (measured) FIGURES[point.name]?.(measured, point.value, point.atMs ?? this.askedAtMs);
  }

  private measuredOf({ labels }: ExposedPoint): Measured | undefined {
    const [namespace, name, container] = ['namespace', 'pod', 'container'].map((label) => labels.get(label));
    if (!namespace || !name) return this.node;
    const key = `${namespace}/${name}`;
    const uid = this.uids.get(key);
    if (uid === undefined) return undefined;
    const pod = this.pods.get(key) ?? { namespace, name, uid, measured: unmeasured(), containers: [] };
    this.pods.set(key, pod);
    if (!container) return pod.measured;
    const known = pod.containers.find((one) => one.name === container);
    if (known) return known.measured;
    const measured = unmeasured();
    pod.containers.push({ name: container, measured });
    return measured;
  }
}

const SLOT = {
  cpu: slotOf('cpu/usage'),
  workingSet: slotOf('memory/working_set'),
  swap: slotOf('swap/usage'),
  start: slotOf('start_time'),
};

type Figure = (measured: Measured, value: number, atMs: number) => void;

const cpu: Figure = (measured, seconds, atMs) => {
  measured.values[SLOT.cpu] = Math.round(seconds * 1e9);
  measured.cpuAtMs = atMs;
};
const workingSet: Figure = (measured, bytes, atMs) => {
  measured.values[SLOT.workingSet] = bytes;
  measured.memoryAtMs = atMs;
};
const swap: Figure = (measured, bytes) => {
  measured.values[SLOT.swap] = bytes;
};
const start: Figure = (measured, seconds) => {
  measured.values[SLOT.start] = measured.startMs = Math.round(seconds * 1000);
};

const FIGURES: Readonly<Record<string, Figure>> = {
  node_cpu_usage_seconds_total: cpu,
  pod_cpu_usage_seconds_total: cpu,
  container_cpu_usage_seconds_total: cpu,
  node_memory_working_set_bytes: workingSet,
  pod_memory_working_set_bytes: workingSet,
  container_memory_working_set_bytes: workingSet,
  node_swap_usage_bytes: swap,
  pod_swap_usage_bytes: swap,
  container_swap_usage_bytes: swap,
  container_start_time_seconds: start,
};
