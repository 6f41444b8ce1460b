import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { ExportTooLargeError, LogExportFiles, type OpenedExport } from '../../logs/export/log-export-files.port.js';
import { makeFolder } from '../../platform/make-folder.js';

const ID = /^[\w-]{1,64}$/;

/** Exports as files of a folder, which processes that share its disk share. */
export class FolderLogExportFiles extends LogExportFiles {
  constructor(private readonly folder: string) {
    super();
  }

  override async write(id: string, texts: AsyncIterable<string>, maxBytes: number): Promise<number> {
    await makeFolder(this.folder);
    const path = this.pathOf(id);
    const part = `${path}.${randomUUID()}.part`; // an attempt that goes on although it was given up writes its own
    try {
      const file = createWriteStream(part, { mode: 0o600, flush: true });
      await pipeline(Readable.from(texts, { objectMode: false }), createGzip(), atMost(maxBytes), file);
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
    await this.sync();
    return (await stat(path)).size;
  }

  override async open(id: string): Promise<OpenedExport | undefined> {
    try {
      const file = await open(this.pathOf(id));
      const { size } = await file.stat();
      return { stream: file.createReadStream(), bytes: size };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  override async removeBefore(atMs: number): Promise<number> {
    let removed = 0;
    for (const name of await this.names()) {
      const path = join(this.folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity })); // another process removed it
      if (mtimeMs >= atMs) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  }

  private async names(): Promise<string[]> {
    try {
      return await readdir(this.folder);
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
  }

  private pathOf(id: string): string {
    if (!ID.test(id)) throw new Error('An export has a plain id');
    return join(this.folder, `${id}.gz`);
  }

  /** The folder's entries on disk, without which a file that is can be missing after a power cut. */
  private async sync(): Promise<void> {
    const folder = await open(this.folder);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

function atMost(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new ExportTooLargeError(`The file would have more than ${maxBytes} bytes`));
      else done(null, chunk);
    },
  });
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}
