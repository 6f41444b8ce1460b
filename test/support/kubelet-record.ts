import type { RealCluster } from './real-cluster.js';

const PAUSE_MS = 1000;

/** Asks the kubelets by way of the API server again and again, and keeps all that they ever said of their pods. */
export class KubeletRecord implements AsyncDisposable {
  /** By `<pod>/<container>`: every working set in bytes that the kubelet told. */
  readonly workingSets = new Map<string, Set<number>>();
  /** By pod, then by its CPU counter in nanoseconds: the kubelet's own time stamp of it. */
  readonly cpuStampsMs = new Map<string, Map<number, number>>();
  private readonly end = Promise.withResolvers<void>();
  private readonly asking: Promise<unknown>;
  private isEnded = false;

  constructor(
    private readonly cluster: RealCluster,
    nodes: readonly string[],
  ) {
    this.asking = Promise.all(nodes.map((node) => this.record(node)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isEnded = true;
    this.end.resolve();
    await this.asking;
  }

  private async record(node: string): Promise<void> {
    while (!this.isEnded) {
      // A kubelet that a test has stopped does not answer, and the API server gives up on it: it tells nothing meanwhile.
      const summary = await this.cluster.summary(node).catch(() => undefined);
      if (summary) this.note(summary);
      const timer = Promise.withResolvers<void>();
      const handle = setTimeout(timer.resolve, PAUSE_MS);
      await Promise.race([timer.promise, this.end.promise]);
      clearTimeout(handle);
    }
  }

  private note({ pods }: Awaited<ReturnType<RealCluster['summary']>>): void {
    for (const { podRef, cpu, containers } of pods) {
      if (cpu?.usageCoreNanoSeconds !== undefined)
        entry(this.cpuStampsMs, podRef.name, () => new Map<number, number>()).set(
          cpu.usageCoreNanoSeconds,
          Date.parse(cpu.time),
        );
      for (const { name, memory } of containers)
        if (memory?.workingSetBytes !== undefined)
          entry(this.workingSets, `${podRef.name}/${name}`, () => new Set<number>()).add(memory.workingSetBytes);
    }
  }
}

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
