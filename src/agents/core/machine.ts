/** A processor cache. `sharedBy`: logical processors that have it in common. */
export interface MachineCache {
  readonly level: number;
  readonly type: 'data' | 'instruction' | 'unified';
  readonly sizeBytes: number;
  readonly sharedBy: readonly number[];
}

export interface MachineCore {
  /** Of its socket, as the kernel numbers it. */
  readonly id: number;
  readonly socketId: number;
  /** Its logical processors: one, or two with simultaneous multithreading. */
  readonly threads: readonly number[];
}

/** A NUMA node; a machine without has one, 0. */
export interface MachineNumaNode {
  readonly id: number;
  readonly memoryBytes?: number;
  readonly cores: readonly MachineCore[];
  readonly caches: readonly MachineCache[];
}

export interface MachineBlockDevice {
  readonly name: string;
  /** `major:minor` */
  readonly number: string;
  readonly sizeBytes: number;
  /** The chosen one: `none`, `mq-deadline`, ... */
  readonly scheduler?: string;
}

export interface MachineMount {
  readonly device: string;
  readonly mountpoint: string;
  readonly type: string;
  readonly capacityBytes: number;
  readonly availableBytes: number;
  readonly inodes?: number;
  readonly inodesFree?: number;
}

export interface MachineInterface {
  readonly name: string;
  readonly macAddress?: string;
  /** Megabits a second; absent where the driver does not tell (most virtual ones). */
  readonly speedMbps?: number;
  readonly mtu?: number;
}

/** A node as a machine, as cAdvisor told it and only the node itself can. What the kernel does not tell is absent, and named in `absent`. */
export interface Machine {
  /** By the node's clock. */
  readonly takenAtMs: number;
  /** Logical processors. */
  readonly cores?: number;
  readonly physicalCores?: number;
  readonly sockets?: number;
  readonly cpuVendor?: string;
  readonly cpuModel?: string;
  /** The highest that it can run at, or that it ran at when nothing tells that. */
  readonly cpuFrequencyKhz?: number;
  readonly topology: readonly MachineNumaNode[];
  readonly memoryBytes?: number;
  readonly swapBytes?: number;
  readonly hugePages: readonly { readonly pageBytes: number; readonly count: number }[];
  readonly blockDevices: readonly MachineBlockDevice[];
  readonly fileSystems: readonly MachineMount[];
  readonly networkDevices: readonly MachineInterface[];
  readonly machineId?: string;
  readonly systemUuid?: string;
  readonly bootId?: string;
  readonly bootedAtMs?: number;
  readonly absent: readonly { readonly field: string; readonly reason: string }[];
}
