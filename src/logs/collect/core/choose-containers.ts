import type { ClusterPod, ContainerRun } from '../../../cluster/core/cluster-objects.js';

/** One container of a pod. */
export interface PodContainerRef {
  readonly pod: ClusterPod;
  readonly container: ContainerRun;
}

export interface ChosenContainers {
  /** What may still write: followed. */
  readonly running: readonly PodContainerRef[];
  /** What has ended: read once. */
  readonly ended: readonly PodContainerRef[];
  /** Running ones beyond the limit. */
  readonly leftOut: readonly PodContainerRef[];
}

/** Every container of the pods that are to be collected: main ones, init containers, sidecars, ephemeral ones. */
export function containersOf(pod: ClusterPod): PodContainerRef[] {
  return [...pod.containers, ...(pod.ephemeralContainers ?? [])].map((container) => ({ pod, container }));
}

/**
 * Chooses which containers are followed when there are more than `maxStreams`: the namespaces take turns, in alphabetical order, each with its oldest pod first, so
 * that no namespace is left out for another's size and a new pod displaces no older one of its namespace. Ended containers need no stream and always come.
 */
export function chooseContainers(pods: readonly ClusterPod[], maxStreams: number): ChosenContainers {
  const running = new Map<string, PodContainerRef[]>();
  const ended: PodContainerRef[] = [];
  for (const pod of [...pods].sort(byAge)) {
    for (const ref of containersOf(pod)) {
      if (ref.container.containerId === undefined) continue; // has written nothing
      if (ref.container.state === 'terminated') ended.push(ref);
      else queueOf(running, pod.namespace).push(ref);
    }
  }
  const queues = [...running].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, refs]) => refs);
  const all = inTurns(queues);
  return { running: all.slice(0, maxStreams), ended, leftOut: all.slice(maxStreams) };
}

/** The first of each, then the second of each, and so on. */
function inTurns<T>(queues: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...queues.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => queues.flatMap((queue) => queue.slice(turn, turn + 1))).flat();
}

function byAge(one: ClusterPod, other: ClusterPod): number {
  return one.createdAtMs - other.createdAtMs || (one.name < other.name ? -1 : 1);
}

function queueOf<T>(queues: Map<string, T[]>, key: string): T[] {
  const queue = queues.get(key) ?? [];
  queues.set(key, queue);
  return queue;
}
