import { z } from 'zod';
import { text } from '../../platform/http/described.js';
import { flag, instant, number } from './cadvisor-fields.js';

const Filesystem = z
  .object({
    device: text('Its name here, since kubelets do not tell devices: `/`, `imageFs`, `containerFs`.', '/'),
    capacity: number('Its size, in bytes.', 214_748_364_800),
    type: text('Always `vfs`: kubelets tell no more.', 'vfs'),
    inodes: number('How many inodes it has.', 13_107_200),
    has_inodes: flag('Whether that is known.', true),
  })
  .meta({ id: 'CadvisorFilesystem', description: 'A file system of a machine.' });

const NetworkDevice = z
  .object({
    name: text('Its name.', 'eth0'),
    mac_address: text('Its hardware address.', '52:54:00:12:34:56').optional(),
    speed: number('Megabits a second.', 10_000),
    mtu: number('The largest packet, in bytes.', 1_500),
  })
  .meta({ id: 'CadvisorNetworkDevice', description: 'A network device of a machine.' });

const Disk = z
  .object({
    name: text('Its name.', 'nvme0n1'),
    major: number('Its major number.', 259),
    minor: number('Its minor number.', 0),
    size: number('Its size, in bytes.', 214_748_364_800),
    scheduler: text('The scheduler that is chosen.', 'none').optional(),
  })
  .meta({ id: 'CadvisorDisk', description: 'A disk of a machine.' });

const Cache = z
  .object({
    size: number('Its size, in bytes.', 32_768),
    type: text('`data`, `instruction` or `unified`.', 'data'),
    level: number('1, 2, 3, ...', 1),
  })
  .meta({ id: 'CadvisorCache', description: 'A cache of processors.' });

const Core = z
  .object({
    core_id: number('Its number in its socket.', 0),
    thread_ids: z
      .array(z.number())
      .describe('Its logical processors.')
      .meta({ examples: [[0, 8]] }),
    caches: z.array(Cache).describe('Caches that it has alone.'),
    socket_id: number('The number of its socket.', 0),
  })
  .meta({ id: 'CadvisorCore', description: 'A core of a processor.' });

const TopologyNode = z
  .object({
    node_id: number('Its number.', 0),
    memory: number('The memory that it has, in bytes.', 34_317_795_328),
    cores: z.array(Core).describe('Its cores.'),
    caches: z.array(Cache).describe('Caches that its cores share.'),
  })
  .meta({ id: 'CadvisorTopologyNode', description: 'A NUMA node of a machine.' });

const HugePages = z
  .object({
    page_size: number('The size of a page, in KiB.', 2048),
    num_pages: number('How many there are.', 0),
  })
  .meta({ id: 'CadvisorHugePages', description: 'Huge pages of one size.' });

export const CadvisorMachine = z
  .object({
    timestamp: instant('When that was known.'),
    vendor_id: text('Who made its processors.', 'GenuineIntel').optional(),
    num_cores: number('Processors, hardware threads counted.', 8),
    num_physical_cores: number('Cores.', 4),
    num_sockets: number('Processors that are plugged in.', 1),
    cpu_frequency_khz: number('The highest that its processors run at, in kHz.', 3_200_000),
    memory_capacity: number('Memory, in bytes.', 34_317_795_328),
    swap_capacity: number('Swap, in bytes.', 0),
    hugepages: z.array(HugePages).optional().describe('Huge pages.'),
    machine_id: text('Machine id.', '4d1e2c7a9b3f4f0e8d6a5c1b2e3f4a5b').optional(),
    system_uuid: text('UUID of the board.', '4d1e2c7a-9b3f-4f0e-8d6a-5c1b2e3f4a5b').optional(),
    boot_id: text('Another one after each boot.', 'f2a0c9de-51d7-4b8c-9f5d-0c2b6d7e8a91').optional(),
    filesystems: z.array(Filesystem).describe('File systems.'),
    disk_map: z
      .record(z.string(), Disk)
      .optional()
      .describe('Disks, by `major:minor`.')
      .meta({
        examples: [{ '259:0': { name: 'nvme0n1', major: 259, minor: 0, size: 214_748_364_800, scheduler: 'none' } }],
      }),
    topology: z.array(TopologyNode).optional().describe('NUMA nodes, with cores and caches.'),
    network_devices: z.array(NetworkDevice).describe('Network devices.'),
    cloud_provider: text('`AWS`, `Azure`, `GCE` or `Unknown`.', 'AWS'),
    instance_type: text('What its cloud calls a machine of this size, or `Unknown`.', 'm5.large'),
    instance_id: text('What its cloud calls this machine, or `None`.', 'i-0abc1234'),
  })
  .meta({
    id: 'CadvisorMachine',
    description:
      "cAdvisor's MachineInfo without `nvm` and `memory_by_type`. What only the node itself can tell is there when its agent has told it: `vendor_id`, `num_physical_cores`, `num_sockets`, `cpu_frequency_khz`, `hugepages`, `disk_map`, `topology`, and of network devices all but their names.",
  });
export type CadvisorMachine = z.infer<typeof CadvisorMachine>;
