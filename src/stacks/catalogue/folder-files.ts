import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { StackError } from './stack-error.js';
import type { StackFiles } from './stack-files.js';
import type { StackLimits } from './stack-limits.js';

/** Reads files of one stack's folder, all together at most so many bytes. Links are not followed: a stack's files lie in its folder. */
export class FolderFiles implements StackFiles {
  readonly #maxBytes: number;
  #leftBytes: number;

  constructor(
    private readonly folder: string,
    { stackMaxBytes }: Pick<StackLimits, 'stackMaxBytes'>,
  ) {
    this.#maxBytes = stackMaxBytes;
    this.#leftBytes = stackMaxBytes;
  }

  /** @throws StackError when it is not there, is no plain file or is more than may be read */
  async read(name: string): Promise<string> {
    const file = await open(
      join(this.folder, name),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    ).catch((error: unknown) => {
      throw new StackError(`${name}: ${reasonOf(error)}`);
    });
    try {
      const found = await file.stat();
      if (!found.isFile()) throw new StackError(`${name}: is no file`);
      if (found.size > this.#leftBytes)
        throw new StackError(
          `${name}: the files of a stack may have ${this.#maxBytes} bytes together (STACK_MAX_BYTES)`,
        );
      const bytes = Buffer.alloc(found.size);
      const { bytesRead } = await file.read(bytes, 0, found.size, 0);
      this.#leftBytes -= bytesRead;
      const text = bytes.subarray(0, bytesRead);
      if (!isUtf8(text)) throw new StackError(`${name}: is no UTF-8 text`);
      return text.toString('utf8');
    } finally {
      await file.close();
    }
  }
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ELOOP') return 'is a symbolic link, which is not followed';
  if (code === 'ENOENT') return 'is not there';
  return `cannot be read (${code ?? 'unknown'})`;
}
