import { z } from 'zod';
import { freshness, instant } from '../../cluster/cluster-freshness.schema.js';
import {
  MachineBlockDevice,
  MachineHugePages,
  MachineMount,
  MachineTopologyNode,
} from '../../agents/machine.schema.js';
import { Node } from '../../cluster/node.schema.js';
import { text } from '../../platform/http/described.js';

const bytes = (description: string, example: number) =>
  z
    .number()
    .optional()
    .describe(`${description}, in bytes.`)
    .meta({ examples: [example] });
const count = (description: string, example: number) =>
  z
    .number()
    .optional()
    .describe(description)
    .meta({ examples: [example] });

/** A field that an answer lacks, and why. */
export const AbsentField = z
  .object({
    field: text('The field that is not there, or the thing that no field tells.', 'topology'),
    reason: text('Why, as a sentence.', 'Only the node itself can tell it, and no agent of Quartermaster runs there.'),
  })
  .meta({ id: 'AbsentField', description: 'What an answer cannot tell, and why.' });

const FileSystem = z
  .object({
    name: text(
      "`/`: where the kubelet keeps its data; `imageFs`, `containerFs`: where the runtime keeps images and containers' layers. Several may be one disk.",
      '/',
    ),
    capacityBytes: bytes('Its size', 214_748_364_800),
    availableBytes: bytes('What is free', 180_388_626_432),
    usedBytes: bytes('What is used; of `imageFs` by images alone', 34_359_738_368),
    inodes: count('How many inodes it has.', 13_107_200),
    inodesFree: count('How many of them are free.', 12_897_200),
    inodesUsed: count('How many of them are used.', 210_000),
  })
  .meta({ id: 'MachineFileSystem', description: 'A file system of a node.' });

const NetworkDevice = z
  .object({
    name: text('Its name.', 'eth0'),
    default: z
      .boolean()
      .describe('It is the one whose traffic counts as the traffic of the node.')
      .meta({ examples: [true] }),
    macAddress: text('Its hardware address.', '52:54:00:12:34:56').optional(),
    speedMbps: count('Megabits a second, where its driver tells.', 10_000),
    mtu: count('The largest packet, in bytes.', 1_500),
  })
  .meta({ id: 'MachineNetworkDevice', description: 'A network device of a node.' });

const Swap = z
  .object({
    capacityBytes: bytes('What it has', 0),
    usedBytes: bytes('What is used', 0),
    availableBytes: bytes('What is free', 0),
  })
  .meta({ id: 'MachineSwap', description: 'The swap of a node.' });

/** A node as a machine. */
export const NodeMachine = z
  .object({
    node: text("The node's name.", 'node-1'),
    cores: count('How many processors it has, hardware threads counted.', 8),
    memoryBytes: bytes('Its memory', 34_317_795_328),
    swap: Swap.optional().describe('Its swap; absent when nobody tells.'),
    fileSystems: z.array(FileSystem).describe('The file systems that its kubelet watches.'),
    networkDevices: z.array(NetworkDevice).describe('Its network devices, the default one first.'),
    cpuVendor: text('Who made its processors.', 'GenuineIntel').optional(),
    cpuModel: text('What its processors are.', 'Intel(R) Xeon(R) Gold 6338').optional(),
    cpuFrequencyKhz: count('The highest that its processors run at, in kHz.', 3_200_000),
    physicalCores: count('How many cores it has.', 4),
    sockets: count('How many processors are plugged in.', 1),
    topology: z.array(MachineTopologyNode).optional().describe('Its NUMA nodes, with cores and caches.'),
    hugePages: z.array(MachineHugePages).optional().describe('Its huge pages.'),
    blockDevices: z.array(MachineBlockDevice).optional().describe('Its disks.'),
    mounts: z.array(MachineMount).optional().describe('All file systems that are mounted on it.'),
    maxProcesses: count('How many process ids it has.', 4_194_304),
    bootedAt: instant('When it was booted, by its own clock.').optional(),
    machineId: text('Its machine id (`/etc/machine-id`).', '4d1e2c7a9b3f4f0e8d6a5c1b2e3f4a5b').optional(),
    systemUuid: text('The UUID of its board.', '4d1e2c7a-9b3f-4f0e-8d6a-5c1b2e3f4a5b').optional(),
    bootId: text('Another one after each boot.', 'f2a0c9de-51d7-4b8c-9f5d-0c2b6d7e8a91').optional(),
    providerId: text('The machine as its cloud calls it.', 'aws:///eu-west-1a/i-0abc1234').optional(),
    instanceType: text('What its cloud calls a machine of this size.', 'm-8').optional(),
    addresses: Node.shape.addresses,
    capacity: Node.shape.capacity,
    allocatable: Node.shape.allocatable,
    versions: Node.shape.versions,
    kubeletAskedAt: instant(
      'When its kubelet answered; absent when it did not, and then `absent` says what is missing for it.',
    ).optional(),
    agentReadAt: instant(
      'When its agent read what only the node itself can tell, by the clock of the node; absent when no agent ever did.',
    ).optional(),
    agentAgeMs: count('How long ago that came, in ms.', 60_000),
    absent: z.array(AbsentField).describe('What this answer cannot tell, and why.'),
    ...freshness,
  })
  .meta({ id: 'NodeMachine', description: 'A node as a machine: what it is made of and what runs it.' });
export type NodeMachine = z.infer<typeof NodeMachine>;
