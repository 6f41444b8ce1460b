import type {
  InventoryContainer,
  InventoryFileSystem,
  InventoryImage,
  InventorySandbox,
} from '../agents/core/inventory.js';

/** What a runtime says of itself. */
export interface RuntimeDescription {
  /** As it calls itself: `containerd`, `cri-o`, `docker`. */
  readonly name: string;
  readonly version: string;
  /** The image of sandboxes, where the runtime tells it: never a candidate. */
  readonly sandboxImage?: string;
}

/** A file system that the runtime keeps things on. What it can hold only the kernel knows (`statfs` of the mount point). */
export type RuntimeFileSystem = Pick<InventoryFileSystem, 'holds' | 'mountpoint' | 'usedBytes'>;

/** Something that happened to a container. */
export interface RuntimeEvent {
  readonly kind: 'created' | 'started' | 'stopped' | 'deleted';
  readonly containerId: string;
  /** As the runtime tells it: an id or a reference. Absent where it does not tell. */
  readonly imageRef?: string;
  /** By the node's clock. */
  readonly atMs: number;
}

/**
 * What stands in the container runtime of this node, for reading.
 *
 * Contract: a list holds all of what the runtime has, whoever made it and in any state, or the call fails: never a part. Ids are the runtime's own and the same
 * in every list. A container or an image that goes while a list is made may or may not be in it. Each call has a deadline of its own. A runtime that was
 * restarted is found again by the next call.
 *
 * Every method throws `RuntimeAwayError` or `RuntimeAnswerError` (runtime-errors.ts).
 */
export abstract class ContainerRuntime {
  abstract describe(): Promise<RuntimeDescription>;
  abstract listImages(): Promise<InventoryImage[]>;
  /** With `finishedAtMs` and `exitCode` of those that have exited, and `mountedImages` of all. `imageId` only where the runtime tells it. */
  abstract listContainers(): Promise<InventoryContainer[]>;
  /** Of a runtime without sandboxes (Docker Engine) none. */
  abstract listSandboxes(): Promise<InventorySandbox[]>;
  /** Of several that hold images the one of the default snapshotter comes first. */
  abstract listFileSystems(): Promise<RuntimeFileSystem[]>;
  /** @param id as the list has it, or a tag or digest */
  abstract findImage(id: string): Promise<InventoryImage | undefined>;
  abstract findContainer(id: string): Promise<InventoryContainer | undefined>;
  /**
   * What happens from now on, until `signal` is aborted (then the iteration ends) or the runtime goes (then it throws). Events between two calls are lost:
   * they make a poll earlier, never unnecessary.
   * @throws RuntimeLacksError
   */
  abstract events(signal: AbortSignal): AsyncIterable<RuntimeEvent>;
}
