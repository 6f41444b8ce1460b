/** Who made a container or a sandbox: what the kubelet's labels on it say. Absent on one that was started by hand. */
export interface PodOfContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
}

/** An image as the node's runtime lists it. */
export interface InventoryImage {
  /** The runtime's id of it (the digest of its configuration), which every other list refers to. */
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  /** As the runtime reports it: containerd tells the compressed content, Docker what is unpacked. */
  readonly sizeBytes: number;
  /** What only this image holds, where the runtime tells (Docker). */
  readonly uniqueBytes?: number;
  /** The runtime asks to keep it: CRI's `pinned`. */
  readonly pinned: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  /** When it was built (not pulled), where the runtime tells; milliseconds of the epoch. */
  readonly createdAtMs?: number;
}

export type ContainerState = 'created' | 'running' | 'exited' | 'unknown';

/** A container as the node's runtime lists it, in any state. */
export interface InventoryContainer {
  readonly id: string;
  /** The container's name in its pod; the runtime's own name of one that was started by hand. */
  readonly name: string;
  /** How often it was started before: CRI's metadata.attempt. */
  readonly attempt: number;
  readonly pod?: PodOfContainer;
  readonly sandboxId?: string;
  /** The image's id: CRI's image_id, else its image_ref, which is resolved against the listed images where it is a digest. */
  readonly imageId?: string;
  /** What the pod's manifest wrote, where the runtime still tells; else the runtime's own name of the image. */
  readonly imageRef: string;
  /** Ids or references of images that are mounted as volumes. */
  readonly mountedImages?: readonly string[];
  readonly state: ContainerState;
  readonly createdAtMs: number;
  /** Of one that has exited. */
  readonly finishedAtMs?: number;
  readonly exitCode?: number;
  readonly logPath?: string;
}

/** A pod's sandbox as a CRI runtime lists it; Docker Engine alone has none. */
export interface InventorySandbox {
  readonly id: string;
  readonly pod?: PodOfContainer;
  readonly attempt: number;
  readonly state: 'ready' | 'notReady';
  readonly createdAtMs: number;
}

/** A file system that the runtime keeps things on; capacity and what is free are the kernel's (statfs), used is the runtime's. */
export interface InventoryFileSystem {
  /** What it holds: `image` where images and containers share it, else one of each. */
  readonly holds: 'image' | 'container';
  readonly mountpoint: string;
  readonly capacityBytes: number;
  readonly availableBytes: number;
  readonly inodes?: number;
  readonly inodesFree?: number;
  /** What the runtime says its images (or containers) take; CRI-O means its list of them, without their layers. */
  readonly usedBytes?: number;
}

/** A folder of /var/log/pods that belongs to no pod of the runtime, or a link of /var/log/containers that leads nowhere. */
export interface InventoryLog {
  /** `/var/log/pods/<folder>` or `/var/log/containers/<link>`, also where the node has these folders elsewhere (the kubelet's `podLogsDir`). */
  readonly path: string;
  readonly pod?: PodOfContainer;
  readonly container?: string;
  /** A dead symbolic link of /var/log/containers, or a pod's folder. */
  readonly kind: 'podFolder' | 'deadLink';
  /** What it takes on the disk; of a folder with thousands of files at least that. */
  readonly sizeBytes: number;
  /** When anything in it was last written. */
  readonly modifiedAtMs: number;
}

/** A list of an inventory that failed, and why; `runtime`: its name and the image of sandboxes. No removal is planned on a node with one. */
export interface FailedList {
  readonly list: 'runtime' | 'images' | 'containers' | 'sandboxes' | 'fileSystems' | 'logs';
  readonly reason: string;
}

/** Everything that a node's runtime held at one moment. */
export interface Inventory {
  readonly node: string;
  /** The node's clock when its lists were begun. */
  readonly takenAtMs: number;
  /** As the runtime calls itself: `containerd`, `cri-o`, `docker`. */
  readonly runtime: { readonly name: string; readonly version: string };
  /** The image of sandboxes, where the runtime tells it: never a candidate. */
  readonly sandboxImage?: string;
  readonly images: readonly InventoryImage[];
  readonly containers: readonly InventoryContainer[];
  readonly sandboxes: readonly InventorySandbox[];
  readonly fileSystems: readonly InventoryFileSystem[];
  readonly logs: readonly InventoryLog[];
  readonly failed: readonly FailedList[];
}
