import type { MachineBlockDevice, MachineInterface, MachineMount } from '../agents/core/machine.js';
import { parseMounts } from './core/parse-mounts.js';
import type { HostFiles } from './host-files.js';
import { measureFileSystem } from './measure-file-system.js';

const SECTOR_BYTES = 512;
/** Devices of pods and of nothing: cAdvisor leaves them out too. */
const NO_DISK = /^(?!loop|ram|zram|sr|fd)/;
const NO_INTERFACE = /^(?!lo$|veth|cali|lxc|docker|br-|cni|flannel|ifb|dummy)/;

export async function readBlockDevices(files: HostFiles): Promise<MachineBlockDevice[]> {
  const devices: MachineBlockDevice[] = [];
  for (const name of await files.names('/sys/block', NO_DISK)) {
    const number = await files.find(`/sys/block/${name}/dev`);
    const sectors = await files.findNumber(`/sys/block/${name}/size`);
    if (number === undefined || sectors === undefined) continue;
    const schedulers = await files.find(`/sys/block/${name}/queue/scheduler`);
    const scheduler = /\[(.+?)\]/.exec(schedulers ?? '')?.[1] ?? schedulers;
    devices.push({ name, number, sizeBytes: sectors * SECTOR_BYTES, ...(scheduler ? { scheduler } : {}) });
  }
  return devices;
}

export async function readInterfaces(files: HostFiles): Promise<MachineInterface[]> {
  const devices: MachineInterface[] = [];
  for (const name of await files.names('/sys/class/net', NO_INTERFACE)) {
    const macAddress = await files.find(`/sys/class/net/${name}/address`);
    const speedMbps = await files.findNumber(`/sys/class/net/${name}/speed`);
    const mtu = await files.findNumber(`/sys/class/net/${name}/mtu`);
    devices.push({
      name,
      ...(macAddress === undefined ? {} : { macAddress }),
      ...(speedMbps ? { speedMbps } : {}),
      ...(mtu === undefined ? {} : { mtu }),
    });
  }
  return devices;
}

/** As the node's first process sees them; one whose mount point the agent does not see is left out. */
export async function readMounts(files: HostFiles): Promise<MachineMount[]> {
  const mountinfo = (await files.find('/proc/1/mountinfo')) ?? (await files.find('/proc/self/mountinfo')) ?? '';
  const mounts: MachineMount[] = [];
  for (const mount of parseMounts(mountinfo).slice(0, 256)) {
    try {
      mounts.push({ ...mount, ...(await measureFileSystem(files.reach(mount.mountpoint))) });
    } catch (error) {
      if (!/^(ENOENT|ENOTDIR|EACCES|EPERM)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return mounts;
}
