import { rename, rm, writeFile } from 'node:fs/promises';
import { isNativeError } from 'node:util/types';
import { exists } from './database-files.js';

const RESERVE_BYTES = 1_048_576;

/**
 * A megabyte of the disk that is held for the moment when not a byte is left: forgetting old days, which makes room, has to write down that they are forgotten
 * first. It is given up then, and taken again when there is room.
 */
export class DiskReserve {
  constructor(private readonly path: string) {}

  /** Takes the reserve where it is missing and the disk has room for it. */
  async take(): Promise<void> {
    if (await exists(this.path)) return;
    const draft = `${this.path}.tmp`;
    try {
      await writeFile(draft, Buffer.alloc(RESERVE_BYTES));
      await rename(draft, this.path);
    } catch (error) {
      await rm(draft, { force: true });
      if (!isDiskFull(error)) throw error;
    }
  }

  /** Runs what makes room; when it fails for want of room, again without the reserve. It must be repeatable. */
  async spendOn<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isDiskFull(error) || !(await exists(this.path))) throw error;
      await rm(this.path);
      return await work();
    } finally {
      await this.take();
    }
  }
}

/** In the words of Node and of DuckDB. */
function isDiskFull(error: unknown): boolean {
  return isNativeError(error) && /No space left on device|ENOSPC/i.test(error.message);
}
