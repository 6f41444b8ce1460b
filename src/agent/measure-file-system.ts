import { statfs } from 'node:fs/promises';
import type { InventoryFileSystem } from '../agents/core/inventory.js';

/** What a file system can hold. */
export type FileSystemSize = Pick<InventoryFileSystem, 'capacityBytes' | 'availableBytes' | 'inodes' | 'inodesFree'>;

/**
 * What the kernel says of the file system at `path`: its size, what is free for everybody but root, and its inodes (of btrfs and others without a fixed number none).
 * @throws when the path is not there
 */
export async function measureFileSystem(path: string): Promise<FileSystemSize> {
  const { bsize, blocks, bavail, files, ffree } = await statfs(path, { bigint: true });
  return {
    capacityBytes: Number(blocks * bsize),
    availableBytes: Number(bavail * bsize),
    ...(files > 0n ? { inodes: Number(files), inodesFree: Number(ffree) } : {}),
  };
}
