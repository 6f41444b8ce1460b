import type { Readable } from 'node:stream';

/** A file that is being read. */
export interface OpenedExport {
  /** The text, gzipped. */
  readonly stream: Readable;
  readonly bytes: number;
}

/** More bytes than the file may have. */
export class ExportTooLargeError extends Error {
  override readonly name = 'ExportTooLargeError';
}

/** Where exports that nobody waits for are kept, gzipped, each under the id of its run. */
export abstract class LogExportFiles {
  /**
   * Writes one, in place of what there was under this id. When it resolves it is whole and durable; a reader never sees half of one.
   * @returns the bytes of the file
   * @throws ExportTooLargeError when it would have more than `maxBytes`; whatever the texts throw. Nothing is kept then
   */
  abstract write(id: string, texts: AsyncIterable<string>, maxBytes: number): Promise<number>;
  /** @returns undefined when there is none (any more) */
  abstract open(id: string): Promise<OpenedExport | undefined>;
  /** Removes those that were written before, and what was left half written since. @returns how many */
  abstract removeBefore(atMs: number): Promise<number>;
}
