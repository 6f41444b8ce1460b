import type { Inventory, InventoryFileSystem } from '../../agents/core/inventory.js';

/** The file system that holds images; of several (containerd has one for each snapshotter) the first that the runtime names, as for the kubelet. Absent when none could be read. */
export function imageFileSystem({ fileSystems }: Pick<Inventory, 'fileSystems'>): InventoryFileSystem | undefined {
  return fileSystems.find(({ holds, capacityBytes }) => holds === 'image' && capacityBytes > 0);
}
