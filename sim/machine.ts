import type { Machine } from '../src/agents/core/machine.js';
import { uuid } from './seeded.js';
import type { SimNode } from './model.js';

const THREADS = 2;

/** What a simulated node is as a machine: one socket, two threads a core, one disk and one network device. */
export function machineOf(node: SimNode, nowMs: number): Machine {
  const physicalCores = Math.max(1, Math.floor(node.cpuCores / THREADS));
  const cores = Array.from({ length: physicalCores }, (_, id) => ({
    id,
    socketId: 0,
    threads: Array.from({ length: THREADS }, (_, thread) => id + thread * physicalCores).filter(
      (thread) => thread < node.cpuCores,
    ),
  }));
  return {
    takenAtMs: nowMs,
    cores: node.cpuCores,
    physicalCores,
    sockets: 1,
    cpuVendor: 'GenuineSim',
    cpuModel: 'Simulated processor',
    cpuFrequencyKhz: 3_000_000,
    topology: [{ id: 0, memoryBytes: node.memoryBytes, cores, caches: [] }],
    memoryBytes: node.memoryBytes,
    swapBytes: 0,
    hugePages: [{ pageBytes: 2 * 1024 ** 2, count: 0 }],
    blockDevices: [{ name: 'vda', number: '254:0', sizeBytes: node.fsBytes, scheduler: 'none' }],
    fileSystems: [],
    networkDevices: [{ name: 'eth0', macAddress: macOf(node.index), speedMbps: 10_000, mtu: 1500 }],
    machineId: node.uid.replaceAll('-', ''),
    systemUuid: node.uid,
    bootId: uuid('boot', node.uid, node.bootMs),
    bootedAtMs: node.bootMs,
    absent: [{ field: 'fileSystems', reason: 'A simulated node mounts none.' }],
  };
}

function macOf(index: number): string {
  const hex = index.toString(16).padStart(6, '0');
  return ['52', '54', '00', hex.slice(0, 2), hex.slice(2, 4), hex.slice(4)].join(':');
}
