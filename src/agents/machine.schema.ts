import { z } from 'zod';

const text = (description: string, example: string) =>
  z
    .string()
    .max(4_096)
    .describe(description)
    .meta({ examples: [example] });
const number = (description: string, example: number) =>
  z
    .number()
    .nonnegative()
    .describe(description)
    .meta({ examples: [example] });
const numbers = (description: string, example: number[]) =>
  z
    .array(z.int().nonnegative())
    .max(4_096)
    .describe(description)
    .meta({ examples: [example] });

const Cache = z
  .object({
    level: number('1, 2, 3, ...', 1),
    type: z
      .enum(['data', 'instruction', 'unified'])
      .describe('What it holds.')
      .meta({ examples: ['data'] }),
    sizeBytes: number('Its size, in bytes.', 32_768),
    sharedBy: numbers('The logical processors that have it in common.', [0, 1]),
  })
  .meta({ id: 'MachineCache', description: 'A cache of processors.' });

const Core = z
  .object({
    id: number('Its number in its socket.', 0),
    socketId: number('The number of its socket.', 0),
    threads: numbers('Its logical processors.', [0, 1]),
  })
  .meta({ id: 'MachineCore', description: 'A core of a processor.' });

/** The parts of a machine that only its agent tells, as agents send them and clients see them (`core/machine.ts`). */
export const MachineTopologyNode = z
  .object({
    id: number('Its number.', 0),
    memoryBytes: number('The memory that it has, in bytes.', 34_317_795_328).exactOptional(),
    cores: z.array(Core).max(4_096).describe('Its cores.'),
    caches: z.array(Cache).max(16_384).describe('The caches of its cores.'),
  })
  .meta({ id: 'MachineNumaNode', description: 'A NUMA node; a machine without has one.' });

export const MachineBlockDevice = z
  .object({
    name: text('Its name.', 'nvme0n1'),
    number: text('`major:minor`.', '259:0'),
    sizeBytes: number('Its size, in bytes.', 214_748_364_800),
    scheduler: text('The scheduler that is chosen.', 'none').exactOptional(),
  })
  .meta({ id: 'MachineBlockDevice', description: 'A block device of a node.' });

export const MachineMount = z
  .object({
    device: text('What is mounted.', '/dev/nvme0n1p1'),
    mountpoint: text('Where.', '/'),
    type: text('Its file system.', 'ext4'),
    capacityBytes: number('Its size, in bytes.', 214_748_364_800),
    availableBytes: number('What is free, in bytes.', 180_388_626_432),
    inodes: number('How many inodes it has.', 13_107_200).exactOptional(),
    inodesFree: number('How many of them are free.', 12_897_200).exactOptional(),
  })
  .meta({ id: 'MachineMount', description: 'A file system that is mounted on a node.' });

const Interface = z.object({
  name: text('Its name.', 'eth0'),
  macAddress: text('Its hardware address.', '52:54:00:00:00:00').exactOptional(),
  speedMbps: number('Its speed, in megabits a second.', 10_000).exactOptional(),
  mtu: number('The largest packet that it sends, in bytes.', 1_500).exactOptional(),
});

export const MachineHugePages = z
  .object({ pageBytes: number('The size of a page, in bytes.', 2_097_152), count: number('How many there are.', 0) })
  .meta({ id: 'MachineHugePages', description: 'Huge pages of one size.' });

/** A machine as an agent sends it. */
export const MachineBody = z
  .object({
    takenAtMs: number('When it was read, by the clock of the node, ms since the epoch.', 1_767_261_600_000),
    cores: number('How many processors it has, hardware threads counted.', 8).exactOptional(),
    physicalCores: number('How many cores.', 4).exactOptional(),
    sockets: number('How many processors are plugged in.', 1).exactOptional(),
    cpuVendor: text('Who made its processors.', 'GenuineIntel').exactOptional(),
    cpuModel: text('What its processors are.', 'Intel(R) Xeon(R) Gold 6338').exactOptional(),
    cpuFrequencyKhz: number('The highest that its processors run at, in kHz.', 3200000).exactOptional(),
    topology: z.array(MachineTopologyNode).max(1_024).describe('Its NUMA nodes.'),
    memoryBytes: number('Its memory, in bytes.', 34317795328).exactOptional(),
    swapBytes: number('Its swap, in bytes.', 0).exactOptional(),
    hugePages: z.array(MachineHugePages).max(16).describe('Its huge pages.'),
    blockDevices: z.array(MachineBlockDevice).max(4_096).describe('Its disks.'),
    fileSystems: z.array(MachineMount).max(4_096).describe('The file systems that are mounted.'),
    networkDevices: z.array(Interface).max(4_096).describe('Its network devices.'),
    machineId: text('Its machine id.', '4d1e2c7a9b3f4f0e8d6a5c1b2e3f4a5b').exactOptional(),
    systemUuid: text('The UUID of its board.', '4d1e2c7a-9b3f-4f0e-8d6a-5c1b2e3f4a5b').exactOptional(),
    bootId: text('Another one after each boot.', 'f2a0c9de-51d7-4b8c-9f5d-0c2b6d7e8a91').exactOptional(),
    bootedAtMs: number('When it was booted, ms since the epoch.', 1767261600000).exactOptional(),
    absent: z
      .array(z.object({ field: z.string().max(256), reason: z.string().max(4_096) }))
      .max(100)
      .describe('What the kernel does not tell, and why.')
      .meta({ examples: [[{ field: 'cpuFrequencyKhz', reason: 'The kernel does not tell it.' }]] }),
  })
  .meta({ id: 'AgentMachine', description: 'A node as a machine, as only the node itself can tell.' });
export type MachineBody = z.infer<typeof MachineBody>;
