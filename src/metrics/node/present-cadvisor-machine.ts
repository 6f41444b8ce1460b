import { known } from '../../cluster/core/raw-object.js';
import type { CadvisorMachine } from './cadvisor-machine.schema.js';
import type { NodeMachine } from './node-machine.schema.js';

const CLOUDS: ReadonlyMap<string, string> = new Map([
  ['aws', 'AWS'],
  ['azure', 'Azure'],
  ['gce', 'GCE'],
]);
const KIB = 1024;

type Topology = NonNullable<NodeMachine['topology']>[number];

/** A machine as cAdvisor's MachineInfo (google/cadvisor, info/v1); what only the node's agent tells is absent until it has. */
export function presentCadvisorMachine(machine: NodeMachine, nowMs: number): CadvisorMachine {
  const { cores, memoryBytes, swap, machineId, systemUuid, bootId, providerId, instanceType } = machine;
  return {
    timestamp: machine.kubeletAskedAt ?? new Date(nowMs).toISOString(),
    ...known({
      vendor_id: machine.cpuVendor,
      num_cores: cores === undefined ? undefined : Math.ceil(cores),
      num_physical_cores: machine.physicalCores,
      num_sockets: machine.sockets,
      cpu_frequency_khz: machine.cpuFrequencyKhz,
      memory_capacity: memoryBytes,
      swap_capacity: swap?.capacityBytes,
      hugepages: machine.hugePages?.map(({ pageBytes, count }) => ({ page_size: pageBytes / KIB, num_pages: count })),
      machine_id: machineId,
      system_uuid: systemUuid,
      boot_id: bootId,
      disk_map: machine.blockDevices && Object.fromEntries(machine.blockDevices.map(diskOf)),
      topology: machine.topology?.map(topologyOf),
    }),
    filesystems: machine.fileSystems.map(({ name, capacityBytes, inodes }) => ({
      device: name,
      type: 'vfs',
      ...known({ capacity: capacityBytes, inodes }),
      has_inodes: inodes !== undefined,
    })),
    network_devices: machine.networkDevices.map(({ name, macAddress, speedMbps, mtu }) => ({
      name,
      ...known({ mac_address: macAddress, speed: speedMbps, mtu }),
    })),
    cloud_provider: CLOUDS.get(providerId?.split(':')[0] ?? '') ?? 'Unknown',
    instance_type: instanceType ?? 'Unknown',
    instance_id: providerId?.split('/').at(-1) || 'None',
  };
}

function diskOf(disk: NonNullable<NodeMachine['blockDevices']>[number]): [string, CadvisorDisk] {
  const { name, number, sizeBytes, scheduler } = disk;
  const [major = 0, minor = 0] = number.split(':').map(Number);
  return [number, { name, major, minor, size: sizeBytes, ...known({ scheduler }) }];
}
type CadvisorDisk = NonNullable<CadvisorMachine['disk_map']>[string];

/** A cache of one core stands with it, one that cores share with the node, as cAdvisor has it. */
function topologyOf({ id, memoryBytes, cores, caches }: Topology): NonNullable<CadvisorMachine['topology']>[number] {
  const isOf = ({ threads }: Topology['cores'][number]) => {
    return ({ sharedBy }: Topology['caches'][number]): boolean => sharedBy.every((thread) => threads.includes(thread));
  };
  return {
    node_id: id,
    ...known({ memory: memoryBytes }),
    cores: cores.map((core) => ({
      core_id: core.id,
      thread_ids: [...core.threads],
      caches: caches.filter(isOf(core)).map(cacheOf),
      socket_id: core.socketId,
    })),
    caches: caches.filter((cache) => !cores.some((core) => isOf(core)(cache))).map(cacheOf),
  };
}

const cacheOf = ({ sizeBytes, type, level }: Topology['caches'][number]) => ({ size: sizeBytes, type, level });
