/** Puts together what /sys says of each logical processor: NUMA nodes, their cores, threads and caches. */
import type { MachineCache, MachineCore, MachineNumaNode } from '../../agents/core/machine.js';

/** A logical processor. */
export interface Processor {
  readonly id: number;
  readonly socketId: number;
  readonly coreId: number;
  readonly caches: readonly MachineCache[];
}

export interface NumaNode {
  readonly id: number;
  readonly processors: readonly number[];
  readonly memoryBytes?: number;
}

/** @param nodes none: all processors are on node 0 */
export function buildTopology(processors: readonly Processor[], nodes: readonly NumaNode[]): MachineNumaNode[] {
  const all = nodes.length > 0 ? nodes : [{ id: 0, processors: processors.map(({ id }) => id) }];
  return all.map(({ processors: ids, ...node }) => {
    const own = processors.filter(({ id }) => ids.includes(id));
    return { ...node, cores: coresOf(own), caches: cachesOf(own) };
  });
}

function coresOf(processors: readonly Processor[]): MachineCore[] {
  const cores = Map.groupBy(processors, ({ socketId, coreId }) => `${socketId}/${coreId}`);
  return [...cores.values()].flatMap((threads) => {
    const [first] = threads;
    return first ? [{ id: first.coreId, socketId: first.socketId, threads: threads.map(({ id }) => id) }] : [];
  });
}

/** Each cache once, though every processor that shares it names it. */
function cachesOf(processors: readonly Processor[]): MachineCache[] {
  const caches = processors.flatMap((processor) => processor.caches);
  return [...new Map(caches.map((one) => [`${one.level}/${one.type}/${one.sharedBy.join()}`, one])).values()];
}
