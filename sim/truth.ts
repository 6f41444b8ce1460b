import { integral } from './curves.js';
import { runAt } from './lifecycle.js';
import { podCpuSeconds, workingSetBytes } from './measure.js';
import { podKey, type SimContainer, type SimPod, type World } from './model.js';

/** What is really so in the simulated cluster, for tests to compare with. Unknown names throw. */
export class Truth {
  constructor(private readonly world: World) {}

  /** Mean millicores of a container over a window; restarts inside of it do not matter to the truth. */
  cpuMillicores(namespace: string, pod: string, container: string, fromMs: number, toMs: number): number {
    const found = this.getContainer(namespace, pod, container);
    return (integral(found.cpu, fromMs, toMs) / ((toMs - fromMs) / 1000)) * 1000;
  }

  /** Mean millicores of a whole pod with its sandbox. */
  podCpuMillicores(namespace: string, pod: string, fromMs: number, toMs: number): number {
    return (podCpuSeconds(this.getPod(namespace, pod), fromMs, toMs) / ((toMs - fromMs) / 1000)) * 1000;
  }

  /** A container's working set in bytes. */
  workingSetBytes(namespace: string, pod: string, container: string, atMs: number): number {
    const found = this.getContainer(namespace, pod, container);
    return workingSetBytes(found, runAt(this.getPod(namespace, pod), found, atMs), atMs);
  }

  restartCount(namespace: string, pod: string, container: string, atMs: number): number {
    return runAt(this.getPod(namespace, pod), this.getContainer(namespace, pod, container), atMs).restartCount;
  }

  /** Mean bytes per second that a pod received. */
  rxBytesPerSecond(namespace: string, pod: string, fromMs: number, toMs: number): number {
    const found = this.getPod(namespace, pod);
    return (podCpuSeconds(found, fromMs, toMs) * found.rxBytesPerCpuSecond) / ((toMs - fromMs) / 1000);
  }

  /** All pods that there are at the moment, with their node and containers. */
  pods(): { namespace: string; name: string; node: string; containers: string[]; behaviours: string[] }[] {
    return [...this.world.pods.values()].map((pod) => ({
      namespace: pod.namespace,
      name: pod.name,
      node: pod.node.name,
      containers: pod.containers.map((container) => container.name),
      behaviours: pod.containers.map((container) => container.behaviour),
    }));
  }

  nodes(): { name: string; port: number }[] {
    return [...this.world.nodes.values()].map(({ name, port }) => ({ name, port }));
  }

  private getPod(namespace: string, name: string): SimPod {
    const pod = this.world.pods.get(podKey(namespace, name));
    if (!pod) throw new Error(`There is no pod ${namespace}/${name}`);
    return pod;
  }

  private getContainer(namespace: string, pod: string, name: string): SimContainer {
    const container = this.getPod(namespace, pod).containers.find((known) => known.name === name);
    if (!container) throw new Error(`There is no container ${name} in ${namespace}/${pod}`);
    return container;
  }
}
