import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LogStoreBusyError } from '../../logs/store/log-store.port.js';
import { makeFolder } from '../../platform/make-folder.js';
import { countLines, readFrames, toFrame } from './buffer-frames.js';
import type { OutgoingLine } from './outgoing-line.js';

const FILE = /^(\d{10})\.lines$/;
/** A file is closed when it is so long; what is replayed after a crash begins with a file. */
const FILE_BYTES = 8 * 1024 * 1024;
const BUSY_MS = 5000;
const DISK_FULL = 'Elasticsearch does not take lines, and the disk on which they would wait is full.';

interface BufferFile {
  readonly path: string;
  bytes: number;
  lines: number;
}

interface Queued {
  readonly frame: Buffer;
  readonly lines: number;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Lines that wait for Elasticsearch, in files of this process: oldest first, synced before whoever appends is told so, and at most so many bytes. A file
 * is removed when all of its lines have been sent; a process that dies before sends them again.
 */
export class LineBuffer {
  private writing: { readonly file: BufferFile; readonly handle: FileHandle } | undefined;
  private queue: Queued[] = [];
  private flushing: Promise<void> | undefined;
  /** Somebody waits for the file that is written to be closed. */
  private sealing: PromiseWithResolvers<void> | undefined;
  private reservedBytes = 0;

  private constructor(
    private readonly folder: string,
    private readonly maxBytes: number,
    private readonly files: BufferFile[],
    private nextNumber: number,
    private readonly fileBytes: number,
  ) {}

  /** @param folder this process's own; made when it is missing */
  static async open(folder: string, maxBytes: number, fileBytes = FILE_BYTES): Promise<LineBuffer> {
    await makeFolder(folder);
    const names = (await readdir(folder)).filter((name) => FILE.test(name)).sort();
    const files: BufferFile[] = [];
    for (const name of names) {
      const path = join(folder, name);
      files.push({ path, bytes: (await stat(path)).size, lines: await countLines(path) });
    }
    const last = FILE.exec(names.at(-1) ?? '')?.[1] ?? '0';
    return new LineBuffer(folder, maxBytes, files, Number(last) + 1, fileBytes);
  }

  get waitingLines(): number {
    return this.files.reduce((sum, { lines }) => sum + lines, 0);
  }

  /** Whether nothing waits, nor is about to. */
  get isEmpty(): boolean {
    return this.files.length === 0 && this.queue.length === 0 && !this.flushing;
  }

  /**
   * Keeps room for lines of so many bytes, whatever becomes of them.
   * @returns gives the room back
   * @throws LogStoreBusyError when there is none
   */
  reserve(bytes: number): () => void {
    const heldBytes = this.files.reduce((sum, file) => sum + file.bytes, this.reservedBytes);
    if (heldBytes + bytes > this.maxBytes) {
      throw new LogStoreBusyError('Elasticsearch does not take lines, and the buffer for them is full.', BUSY_MS);
    }
    this.reservedBytes += bytes;
    return () => (this.reservedBytes -= bytes);
  }

  /** Resolves when the lines are on the disk. Whoever calls has reserved room for them. */
  async append(lines: readonly OutgoingLine[]): Promise<void> {
    const frame = await toFrame(lines);
    const written = Promise.withResolvers<void>();
    this.queue.push({ frame, lines: lines.length, done: written.resolve, failed: written.reject });
    this.begin();
    await written.promise;
  }

  /** The batches of the oldest file; nothing more is written to it. @param onDamage is told how many lines cannot be read */
  async *oldest(onDamage: (lines: number) => void): AsyncGenerator<readonly OutgoingLine[]> {
    if (this.files.length === 0) await this.flushing;
    const [oldest] = this.files;
    if (!oldest) return;
    if (this.writing?.file === oldest) {
      this.sealing ??= Promise.withResolvers<void>();
      const sealed = this.sealing.promise;
      this.begin();
      await sealed;
    }
    for await (const { count, lines } of readFrames(oldest.path)) {
      if (lines) yield lines;
      else onDamage(count);
    }
  }

  /** Removes the oldest file: all of its lines stand in Elasticsearch. A damaged one is set aside. */
  async dropOldest(isDamaged: boolean): Promise<void> {
    const [oldest] = this.files;
    if (!oldest) return;
    if (isDamaged) await rename(oldest.path, `${oldest.path}.damaged`);
    else await rm(oldest.path, { force: true });
    this.files.shift();
  }

  async close(): Promise<void> {
    await this.flushing;
    await this.seal();
  }

  private begin(): void {
    this.flushing ??= this.flush().finally(() => {
      this.flushing = undefined;
      if (this.queue.length > 0 || this.sealing) this.begin();
    });
  }

  /** Writes what is queued, all of it with one sync, until nothing is. Never rejects. */
  private async flush(): Promise<void> {
    while (this.queue.length > 0 || this.sealing) {
      if (this.sealing) {
        const { resolve, reject } = this.sealing;
        this.sealing = undefined;
        await this.seal().then(resolve, reject);
        continue;
      }
      const batch = this.queue;
      this.queue = [];
      try {
        const { file, handle } = await this.fileToWrite();
        const bytes = batch.reduce((sum, { frame }) => sum + frame.length, 0);
        await this.write(handle, file.bytes, Buffer.concat(batch.map(({ frame }) => frame)));
        file.bytes += bytes;
        file.lines += batch.reduce((sum, { lines }) => sum + lines, 0);
        if (file.bytes >= this.fileBytes) await this.seal();
        for (const { done } of batch) done();
      } catch (error) {
        await this.seal().catch(() => undefined);
        for (const { failed } of batch) failed(isFull(error) ? new LogStoreBusyError(DISK_FULL, BUSY_MS) : error);
      }
    }
  }

  /** All of it and synced, or as far as can be none of it. */
  private async write(handle: FileHandle, at: number, frames: Buffer): Promise<void> {
    try {
      await handle.appendFile(frames);
      await handle.datasync();
    } catch (error) {
      await handle.truncate(at).catch(() => undefined); // else half a frame stands at the end, which ends the reading too
      throw error;
    }
  }

  private async fileToWrite(): Promise<{ readonly file: BufferFile; readonly handle: FileHandle }> {
    if (this.writing) return this.writing;
    const path = join(this.folder, `${String(this.nextNumber).padStart(10, '0')}.lines`);
    this.nextNumber += 1;
    const handle = await open(path, 'ax', 0o600);
    const file = { path, bytes: 0, lines: 0 };
    this.writing = { file, handle };
    this.files.push(file);
    const folder = await open(this.folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return this.writing;
  }

  private async seal(): Promise<void> {
    const { writing } = this;
    this.writing = undefined;
    await writing?.handle.close();
  }
}

function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
