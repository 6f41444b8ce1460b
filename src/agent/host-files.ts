import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files of /proc and /sys are small; a longer one is not what it should be. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Small files of the node, below the place where its file system begins for the agent. */
export class HostFiles {
  constructor(private readonly root: string) {}

  reach(path: string): string {
    return join(this.root, path);
  }

  /** Its text without blanks around it; undefined where the kernel or the rights do not give it, or it is empty. */
  async find(path: string): Promise<string | undefined> {
    try {
      const text = await readFile(this.reach(path), { encoding: 'latin1' });
      return text.length > MAX_BYTES ? undefined : text.replaceAll('\0', '').trim() || undefined;
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }

  async findNumber(path: string): Promise<number | undefined> {
    const text = await this.find(path);
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  }

  /** Names in a folder that match; none where it is not there. At most a thousand. */
  async names(folder: string, pattern: RegExp): Promise<string[]> {
    try {
      const names = await readdir(this.reach(folder));
      return names
        .filter((name) => pattern.test(name))
        .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
        .slice(0, 1000);
    } catch (error) {
      if (isRefusal(error)) return [];
      throw error;
    }
  }
}

/** Not there, not allowed, or (EINVAL, ENODEV, EIO, EOPNOTSUPP) a driver's way to say that it has no such figure. */
function isRefusal(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return /^(ENOENT|ENOTDIR|EACCES|EPERM|EINVAL|ENODEV|EIO|EOPNOTSUPP|EISDIR)$/.test(code);
}
