import { open, readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { BackgroundConnection } from '../background-connection.js';
import { BlockedBloom, BLOCK_BYTES, blockHas, blockOf, type KeyHash } from './blocked-bloom.js';
import { keyHash } from './key-hash.js';
import { type StoredSpan, stretchCount, stretchSql } from './log-stretches.js';

/** One word of two hundred that a stretch does not have is looked for there in vain. */
const BITS_PER_TOKEN = 12;
/** Characters (code points) of a token that count. */
const KEY_CHARACTERS = 32;
/** A block and its checksum. */
const RECORD_BYTES = BLOCK_BYTES + 4;

/** The message as it is searched for words: in lower case. */
export const LOWERED = 'coalesce(lowered, lower(message))';
/** RE2's class of what words are made of, as in `tokens.ts`. */
export const WORD_CLASS = '\\pL\\pN_';

/**
 * The Bloom filter of a segment's words, each together with the stretch in which it stands; all stretches of a word have one block. Words are found and hashed by DuckDB, off the event loop.
 * @param query of the segment's lines
 */
export async function tokenFilter(background: BackgroundConnection, query: string, span: StoredSpan): Promise<Buffer> {
  const hashes = `SELECT md5_number_lower(token), stretch FROM (SELECT DISTINCT left(token, ${String(KEY_CHARACTERS)}) AS token, stretch
    FROM (SELECT unnest(regexp_extract_all(${LOWERED}, '[${WORD_CLASS}]+')) AS token, (${stretchSql(span)})::DOUBLE AS stretch FROM (${query})))`;
  const result = await background.run(hashes);
  const chunks = await result.fetchAllChunks();
  const tokens = chunks.reduce((sum, { rowCount }) => sum + rowCount, 0);
  const bloom = new BlockedBloom(tokens, BITS_PER_TOKEN);
  for (const chunk of chunks) {
    const stretches = chunk.getColumnValues(1) as number[];
    for (const [row, hash] of (chunk.getColumnValues(0) as bigint[]).entries()) {
      const key = { high: Number(hash >> 32n), low: Number(hash & 0xffff_ffffn) };
      bloom.add(inStretch(key, stretches[row] ?? 0));
    }
    await new Promise(setImmediate); // so that nobody waits for the whole
  }
  return withChecksums(Buffer.from(bloom.words.buffer));
}

/**
 * The stretches of a segment that may have every one of the tokens. All of them where the filter is gone or damaged: it only saves work.
 * @param path of the filter
 */
export async function stretchesWith(path: string, tokens: readonly string[], span: StoredSpan): Promise<number[]> {
  const all = Array.from({ length: stretchCount(span) }, (_, stretch) => stretch);
  if (tokens.length === 0) return all;
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return all;
    throw error;
  }
  try {
    const blocks = Math.floor((await file.stat()).size / RECORD_BYTES);
    const record = Buffer.alloc(RECORD_BYTES);
    const words = new Uint32Array(record.buffer, record.byteOffset, BLOCK_BYTES / 4);
    let left = all;
    for (const token of tokens) {
      const key = keyHash(Array.from(token).slice(0, KEY_CHARACTERS).join(''));
      const block = blockOf(key, blocks);
      const { bytesRead } = await file.read(record, 0, RECORD_BYTES, block * RECORD_BYTES);
      if (bytesRead < RECORD_BYTES || !isWhole(record, block, blocks)) continue;
      left = left.filter((stretch) => blockHas(words, inStretch(key, stretch)));
      if (left.length === 0) break;
    }
    return left;
  } finally {
    await file.close();
  }
}

/** Whether the filter is there and every block of it is what it was. */
export async function isFilterWhole(path: string): Promise<boolean> {
  let bytes;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (['ENOENT', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
  const blocks = bytes.length / RECORD_BYTES;
  if (blocks < 1 || !Number.isInteger(blocks)) return false;
  for (let block = 0; block < blocks; block += 1) {
    const start = block * RECORD_BYTES;
    if (!isWhole(bytes.subarray(start, start + RECORD_BYTES), block, blocks)) return false;
  }
  return true;
}

function inStretch({ high, low }: KeyHash, stretch: number): KeyHash {
  return { high, low: low ^ Math.imul(stretch, 0x9e3779b1) };
}

function withChecksums(bloom: Buffer): Buffer {
  const blocks = bloom.length / BLOCK_BYTES;
  const records = Buffer.alloc(blocks * RECORD_BYTES);
  for (let block = 0; block < blocks; block += 1) {
    const words = bloom.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);
    words.copy(records, block * RECORD_BYTES);
    records.writeUInt32LE(checksum(words, block, blocks), block * RECORD_BYTES + BLOCK_BYTES);
  }
  return records;
}

function isWhole(record: Buffer, block: number, blocks: number): boolean {
  return record.readUInt32LE(BLOCK_BYTES) === checksum(record.subarray(0, BLOCK_BYTES), block, blocks);
}

/** CRC-32 of a block, and of how many there are: a file that was cut must not pass for a shorter filter. */
function checksum(words: Buffer, block: number, blocks: number): number {
  return crc32(words, crc32(`${String(block)} of ${String(blocks)}`));
}
