import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** What `stat` calls a block, whatever the file system's own are. */
const BLOCK_BYTES = 512;

export interface FolderSize {
  /** What is allocated on the disk, not what files pretend to be. */
  readonly sizeBytes: number;
  /** The newest moment at which anything in it was written. */
  readonly modifiedAtMs: number;
  /** How many files and folders were looked at. */
  readonly entries: number;
}

/** Measures a folder or a file, following no links. After `maxEntries` it stops, and the size is what was seen until then. */
export async function measureFolder(path: string, maxEntries: number): Promise<FolderSize> {
  let [sizeBytes, modifiedAtMs, entries] = [0, 0, 0];
  const left = [path];
  for (let next = left.pop(); next !== undefined && entries < maxEntries; next = left.pop()) {
    const stat = await present(lstat(next));
    if (stat === undefined) continue;
    entries += 1;
    sizeBytes += stat.blocks * BLOCK_BYTES;
    modifiedAtMs = Math.max(modifiedAtMs, Math.trunc(stat.mtimeMs));
    if (!stat.isDirectory()) continue;
    const folder = await present(opendir(next));
    if (folder === undefined) continue;
    for await (const { name } of folder) {
      if (left.length + entries >= maxEntries) break;
      left.push(join(next, name));
    }
  }
  return { sizeBytes, modifiedAtMs, entries };
}

/** Undefined for what went while it was looked for. */
async function present<T>(looked: Promise<T>): Promise<T | undefined> {
  try {
    return await looked;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
