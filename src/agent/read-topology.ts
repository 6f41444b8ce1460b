import type { MachineCache, MachineNumaNode } from '../agents/core/machine.js';
import { buildTopology, type NumaNode, type Processor } from './core/build-topology.js';
import { parseCpuList } from './core/parse-cpu-list.js';
import { parseMeminfo } from './core/parse-meminfo.js';
import type { HostFiles } from './host-files.js';

const CPUS = '/sys/devices/system/cpu';
const NODES = '/sys/devices/system/node';
const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** NUMA nodes, cores, threads and caches as /sys has them. One processor after the other: nothing is in a hurry, and the agent shall stay small. */
export async function readTopology(files: HostFiles): Promise<MachineNumaNode[]> {
  const processors: Processor[] = [];
  for (const name of await files.names(CPUS, /^cpu\d+$/)) {
    const coreId = await files.findNumber(`${CPUS}/${name}/topology/core_id`);
    if (coreId === undefined) continue; // a processor that is switched off
    const socketId = (await files.findNumber(`${CPUS}/${name}/topology/physical_package_id`)) ?? 0;
    processors.push({
      id: Number(name.slice(3)),
      socketId,
      coreId,
      caches: await readCaches(`${CPUS}/${name}/cache`, files),
    });
  }
  const nodes: NumaNode[] = [];
  for (const name of await files.names(NODES, /^node\d+$/)) {
    const memoryBytes = parseMeminfo((await files.find(`${NODES}/${name}/meminfo`)) ?? '', 'MemTotal');
    nodes.push({
      id: Number(name.slice(4)),
      processors: parseCpuList((await files.find(`${NODES}/${name}/cpulist`)) ?? ''),
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
    });
  }
  return processors.length > 0 ? buildTopology(processors, nodes) : [];
}

async function readCaches(folder: string, files: HostFiles): Promise<MachineCache[]> {
  const caches: MachineCache[] = [];
  for (const index of await files.names(folder, /^index\d+$/)) {
    const level = await files.findNumber(`${folder}/${index}/level`);
    const type = (await files.find(`${folder}/${index}/type`))?.toLowerCase();
    const [, amount, unit = ''] = /^(\d+)([KMG]?)$/.exec((await files.find(`${folder}/${index}/size`)) ?? '') ?? [];
    if (level === undefined || amount === undefined) continue;
    if (type !== 'data' && type !== 'instruction' && type !== 'unified') continue;
    const sharedBy = parseCpuList((await files.find(`${folder}/${index}/shared_cpu_list`)) ?? '');
    caches.push({ level, type, sizeBytes: Number(amount) * (UNITS[unit] ?? 1), sharedBy });
  }
  return caches;
}
