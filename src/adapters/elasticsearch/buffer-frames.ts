import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, crc32, zstdCompress, zstdDecompress } from 'node:zlib';
import type { OutgoingLine } from './outgoing-line.js';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Begins every frame: a mark, the length of the body, its checksum and the number of its lines, 4 bytes each. */
const HEADER_BYTES = 16;
const MARK = 0x514d4c31; // QML1
const MOST_BYTES = 512 * 1024 * 1024;

/** A batch of lines as it stands in a file of the buffer. */
export async function toFrame(lines: readonly OutgoingLine[]): Promise<Buffer> {
  const params = { [constants.ZSTD_c_compressionLevel]: 1 };
  const body = await compress(Buffer.from(JSON.stringify(lines)), { params });
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(MARK, 0);
  header.writeUInt32BE(body.length, 4);
  header.writeUInt32BE(crc32(body), 8);
  header.writeUInt32BE(lines.length, 12);
  return Buffer.concat([header, body]);
}

/** A frame as it was found: `lines` is undefined where its body is damaged. */
export interface FoundFrame {
  readonly count: number;
  readonly lines?: readonly OutgoingLine[];
}

/** The frames of a file, in their order, up to its end or to one that was being written when the process died: nobody was told that that one stands. */
export async function* readFrames(path: string): AsyncGenerator<FoundFrame> {
  const file = await open(path, 'r');
  try {
    for (let offset = 0; ;) {
      const header = await readAt(file, offset, HEADER_BYTES);
      if (!header || header.readUInt32BE(0) !== MARK) return;
      const [length, checksum, count] = [header.readUInt32BE(4), header.readUInt32BE(8), header.readUInt32BE(12)];
      const body = length > MOST_BYTES ? undefined : await readAt(file, offset + HEADER_BYTES, length);
      if (!body) return;
      offset += HEADER_BYTES + length;
      const lines = crc32(body) === checksum ? await toLines(body) : undefined;
      yield { count, ...(lines && { lines }) };
    }
  } finally {
    await file.close();
  }
}

/** Undefined when the bytes are damaged. */
async function toLines(body: Buffer): Promise<OutgoingLine[] | undefined> {
  try {
    return JSON.parse(String(await decompress(body))) as OutgoingLine[];
  } catch {
    return undefined; // nobody can read it: it must not hold up what comes after it
  }
}

/** How many lines stand in a file, without reading them. */
export async function countLines(path: string): Promise<number> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    let lines = 0;
    for (let offset = 0; ;) {
      const header = await readAt(file, offset, HEADER_BYTES);
      if (!header || header.readUInt32BE(0) !== MARK) return lines;
      offset += HEADER_BYTES + header.readUInt32BE(4);
      if (offset > size) return lines;
      lines += header.readUInt32BE(12);
    }
  } finally {
    await file.close();
  }
}

/** Undefined where the file ends before. */
async function readAt(
  file: Awaited<ReturnType<typeof open>>,
  offset: number,
  length: number,
): Promise<Buffer | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
  return bytesRead === length ? buffer : undefined;
}
