import { createHash } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const TEMPORARY = '.tmp';

export function temporaryName(file: string): string {
  return `${file}${TEMPORARY}`;
}

/** Makes a file that was written under its temporary name durable under its own: synced, renamed, its folder synced. */
export async function publishFile(folder: string, file: string): Promise<{ bytes: number }> {
  const path = join(folder, temporaryName(file));
  await syncFile(path);
  await rename(path, join(folder, file));
  await syncFile(folder);
  return { bytes: (await stat(join(folder, file))).size };
}

/** Removes what the manifest does not name: files of a closing that was interrupted, and segments that were replaced or dropped. */
export async function removeOrphans(folder: string, manifest: ReadonlySet<string>): Promise<string[]> {
  const orphans = (await readdir(folder)).filter((file) => !manifest.has(file));
  for (const file of orphans) await rm(join(folder, file), { force: true });
  return orphans;
}

/** Removes files that were written under temporary names on the way to another. */
export async function removeTemporary(folder: string, files: readonly string[]): Promise<void> {
  for (const file of files) await rm(join(folder, file), { force: true });
}

/** Waits until a file, or the entries of a folder, are on the disk. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Undefined when the file is gone. */
export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Bytes of a file that are digested at once: the event loop stands still for a fifth of a millisecond. */
const DIGESTED_AT_ONCE = 1 << 18;

/**
 * Of a file's content; a sector that the disk cannot read counts as content that differs from any. One buffer is read into again and again: a stream takes a new one for each piece, and
 * V8 answers so much memory beside its heap by marking the whole heap over and over.
 * @param pause awaited between two pieces, for who has time; it is told how long the last one took, ms, and may reject to give up
 */
export async function digestOf(path: string, pause?: (tookMs: number) => Promise<void>): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(DIGESTED_AT_ONCE);
  try {
    await using file = await open(path, 'r');
    for (;;) {
      const startedMs = performance.now();
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
      await pause?.(performance.now() - startedMs);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EIO' || code === 'ENOENT') return code;
    throw error;
  }
}
