import type { Inventory, InventoryFileSystem } from '../../agents/core/inventory.js';

/** The file system that holds images; of several the first by its mount point. Absent when none could be read. */
export function imageFileSystem({ fileSystems }: Pick<Inventory, 'fileSystems'>): InventoryFileSystem | undefined {
  return fileSystems
    .filter(({ holds, capacityBytes }) => holds === 'image' && capacityBytes > 0)
    .sort((a, b) => (a.mountpoint < b.mountpoint ? -1 : 1))[0];
}
