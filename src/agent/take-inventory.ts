import { imageIndex } from '../agents/core/image-index.js';
import type { FailedList, Inventory, InventoryContainer, InventoryFileSystem } from '../agents/core/inventory.js';
import type { ContainerRuntime } from './container-runtime.port.js';
import { shortReason } from './core/short-reason.js';
import type { LogFolders } from './log-folders.js';
import { readLogNames } from './log-names.js';
import type { FileSystemSize } from './measure-file-system.js';
import { orphanedLogs } from './orphaned-logs.js';

export interface InventoryOf {
  readonly node: string;
  readonly runtime: ContainerRuntime;
  readonly logs: LogFolders;
  /** What can be held at a mount point of the node. */
  readonly measure: (mountpoint: string) => Promise<FileSystemSize>;
  /** The node's clock. */
  readonly nowMs: () => number;
}

/**
 * Everything that the node's runtime holds now. Never fails as a whole: a list that cannot be had is empty and named in `failed`, with the reason.
 *
 * The runtime's lists are asked side by side; the names of log folders are read before them, so that a pod that starts meanwhile never seems to be gone.
 */
export async function takeInventory({ node, runtime, logs, measure, nowMs }: InventoryOf): Promise<Inventory> {
  const takenAtMs = nowMs();
  const lists = new Lists();
  const names = await lists.take('logs', () => readLogNames(logs), undefined);
  const [about, images, listed, sandboxes, fileSystems] = await Promise.all([
    lists.take('runtime', () => runtime.describe(), { name: 'unknown', version: '' }),
    lists.take('images', () => runtime.listImages(), []),
    lists.take('containers', () => runtime.listContainers(), []),
    lists.take('sandboxes', () => runtime.listSandboxes(), []),
    lists.take('fileSystems', () => readFileSystems(runtime, measure), []),
  ]);
  const index = imageIndex(images);
  const containers = listed.map((container) => withImage(container, (text) => index.find(text)));
  const orphans = async () => {
    if (lists.hasFailed('containers') || lists.hasFailed('sandboxes'))
      throw new Error('whose logs these are is not known while the containers or sandboxes are not');
    return names ? orphanedLogs(names, { containers, sandboxes }, logs) : [];
  };
  const { sandboxImage, name, version } = { sandboxImage: undefined, ...about };
  return {
    node,
    takenAtMs,
    runtime: { name, version },
    ...(sandboxImage === undefined ? {} : { sandboxImage }),
    images,
    containers,
    sandboxes,
    fileSystems,
    logs: await lists.take('logs', orphans, []),
    failed: lists.failed,
  };
}

/** Takes lists, and remembers which of them failed. */
class Lists {
  readonly failed: FailedList[] = [];

  async take<T>(list: FailedList['list'], read: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!this.hasFailed(list)) this.failed.push({ list, reason: shortReason((error as Error).message) });
      return otherwise;
    }
  }

  hasFailed(list: FailedList['list']): boolean {
    return this.failed.some((one) => one.list === list);
  }
}

/** The image's id in the place of a digest or of an id in another form; what no listed image is stays as the runtime told it. */
function withImage(container: InventoryContainer, find: (text: string) => readonly string[]): InventoryContainer {
  const [found, ...others] = find(container.imageId ?? container.imageRef);
  return found !== undefined && others.length === 0 ? { ...container, imageId: found } : container;
}

async function readFileSystems(
  runtime: ContainerRuntime,
  measure: InventoryOf['measure'],
): Promise<InventoryFileSystem[]> {
  const fileSystems = await runtime.listFileSystems();
  return Promise.all(fileSystems.map(async (one) => ({ ...one, ...(await measure(one.mountpoint)) })));
}
