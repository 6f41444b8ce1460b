/** One entry of a tar, as its header has it: nothing of it is judged yet. */
export interface TarEntry {
  /** With the prefix of POSIX before it. */
  readonly name: string;
  /** Of POSIX.1-1988 and GNU: `0` a file, `5` a folder, `1` a hard link, `2` a symbolic link, `L` a long name, ... */
  readonly type: string;
  readonly content: Uint8Array;
}

/** What is wrong with a tar as a whole. */
export class TarError extends Error {
  override readonly name = 'TarError';
}

const BLOCK = 512;
const TYPE_AT = 156;
const CHECKSUM = { at: 148, length: 8 };
const decoder = new TextDecoder('utf-8');

/**
 * The entries of a tar in memory, in their order. Every step goes forward by at least one block, so it ends whatever the bytes are. Extended headers of pax are passed over when they tell times and
 * owners; those that give an entry another name or size are refused, for no file of a stack needs them. Reads POSIX ustar and what GNU and BSD tar, Go and Python write of it (POSIX.1-2017, pax).
 *
 * @throws TarError
 */
export function* tarEntries(tar: Uint8Array): Generator<TarEntry> {
  let at = 0;
  while (at < tar.length) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.length < BLOCK) throw new TarError('is cut off');
    if (header.every((byte) => byte === 0)) return; // the end of the archive
    if (!hasChecksum(header)) throw new TarError('is broken or no tar');
    const size = octal(header, 124, 12);
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) throw new TarError('is cut off');
    const type = header[TYPE_AT] === 0 ? '0' : String.fromCharCode(header[TYPE_AT] ?? 0);
    if (type === 'x' || type === 'g') checkPax(content);
    else yield { name: nameOf(header), type, content };
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new TarError('is cut off');
}

/** The sum of all bytes, with blanks in the place of the sum. */
function hasChecksum(header: Uint8Array): boolean {
  const { at, length } = CHECKSUM;
  const inside = header.subarray(at, at + length);
  const sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => total + byte, 0);
  return octal(header, at, length) === sum(header) - sum(inside) + length * 32;
}

/** Digits of base 8, with blanks or zeros around; files of 8 GiB, which are written otherwise, are none of ours. */
function octal(header: Uint8Array, at: number, length: number): number {
  const text = textOf(header, at, length).trim();
  if (!/^[0-7]{0,11}$/.test(text)) throw new TarError('is broken or no tar');
  return text === '' ? 0 : Number.parseInt(text, 8);
}

function nameOf(header: Uint8Array): string {
  const name = textOf(header, 0, 100);
  const isPosix = textOf(header, 257, 6) === 'ustar'; // GNU's own magic has a blank behind, and other things in the prefix's place
  const prefix = isPosix ? textOf(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Up to the first NUL. */
function textOf(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

/** Records of pax are `length key=value`, each with a line's end. */
function checkPax(content: Uint8Array): void {
  const [, key] = /(?:^|\n)\d+ (path|size|linkpath|GNU\.sparse[^=]*)=/.exec(decoder.decode(content)) ?? [];
  if (key !== undefined) throw new TarError(`has a ${key} in a header of pax, which no file of a stack needs`);
}
