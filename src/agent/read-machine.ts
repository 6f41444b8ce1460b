import type { Machine } from '../agents/core/machine.js';
import { parseCpuinfo } from './core/parse-cpuinfo.js';
import { parseMeminfo } from './core/parse-meminfo.js';
import type { HostFiles } from './host-files.js';
import { readBlockDevices, readInterfaces, readMounts } from './read-devices.js';
import { readTopology } from './read-topology.js';

const MACHINE_IDS = ['/etc/machine-id', '/var/lib/dbus/machine-id'];
/** Of the firmware (readable for root alone); of machines without such a table, of their device tree. */
const SYSTEM_UUIDS = ['/sys/class/dmi/id/product_uuid', '/proc/device-tree/system-id', '/proc/device-tree/vm,uuid'];
const HUGE_PAGES = '/sys/kernel/mm/hugepages';

/** Reads what the node is as a machine, from /proc and /sys of Linux. Nothing is changed, and what is not told is named in `absent`. */
export async function readMachine(files: HostFiles, nowMs: number): Promise<Machine> {
  const topology = await readTopology(files);
  const about = {
    ...(await readProcessors(files)),
    ...(await readMemory(files)),
    ...(await readIdentity(files)),
    ...countCores(topology),
  };
  const lists = {
    topology,
    hugePages: await readHugePages(files),
    blockDevices: await readBlockDevices(files),
    fileSystems: await readMounts(files),
    networkDevices: await readInterfaces(files),
  };
  const known = Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined));
  return { takenAtMs: nowMs, ...known, ...lists, absent: absentOf({ ...about, ...lists }) };
}

function absentOf(all: Readonly<Record<string, unknown>>): Machine['absent'] {
  const isAbsent = ([field, value]: [string, unknown]): boolean =>
    value === undefined || (Array.isArray(value) && value.length === 0 && field !== 'hugePages');
  return Object.entries(all)
    .filter(isAbsent)
    .map(([field]) => ({ field, reason: 'The kernel of the node does not tell it to the agent.' }));
}

async function readProcessors(files: HostFiles) {
  const cpuinfo = parseCpuinfo((await files.find('/proc/cpuinfo')) ?? '');
  const highest = await files.findNumber('/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq');
  return {
    cores: cpuinfo.processors || undefined,
    cpuVendor: cpuinfo.vendor,
    cpuModel: cpuinfo.model,
    cpuFrequencyKhz: highest ?? cpuinfo.frequencyKhz,
  };
}

async function readMemory(files: HostFiles) {
  const meminfo = (await files.find('/proc/meminfo')) ?? '';
  return { memoryBytes: parseMeminfo(meminfo, 'MemTotal'), swapBytes: parseMeminfo(meminfo, 'SwapTotal') };
}

async function readIdentity(files: HostFiles) {
  const [, bootSeconds] = /^btime (\d+)$/m.exec((await files.find('/proc/stat')) ?? '') ?? [];
  return {
    machineId: await firstOf(MACHINE_IDS, files),
    systemUuid: await firstOf(SYSTEM_UUIDS, files),
    bootId: await files.find('/proc/sys/kernel/random/boot_id'),
    bootedAtMs: bootSeconds === undefined ? undefined : Number(bootSeconds) * 1000,
  };
}

async function firstOf(paths: readonly string[], files: HostFiles): Promise<string | undefined> {
  for (const path of paths) {
    const text = await files.find(path);
    if (text !== undefined) return text;
  }
  return undefined;
}

async function readHugePages(files: HostFiles): Promise<Machine['hugePages']> {
  const sizes: { pageBytes: number; count: number }[] = [];
  for (const name of await files.names(HUGE_PAGES, /^hugepages-\d+kB$/)) {
    const count = await files.findNumber(`${HUGE_PAGES}/${name}/nr_hugepages`);
    if (count !== undefined) sizes.push({ pageBytes: Number(/\d+/.exec(name)?.[0]) * 1024, count });
  }
  return sizes;
}

function countCores(topology: Machine['topology']) {
  const cores = topology.flatMap((node) => node.cores);
  if (cores.length === 0) return { physicalCores: undefined, sockets: undefined };
  return {
    physicalCores: new Set(cores.map(({ socketId, id }) => `${socketId}/${id}`)).size,
    sockets: new Set(cores.map(({ socketId }) => socketId)).size,
  };
}
