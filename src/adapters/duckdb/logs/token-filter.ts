import { open } from 'node:fs/promises';
import type { BackgroundConnection } from '../background-connection.js';
import { BlockedBloom, BLOCK_BYTES, blockHas, blockOf } from './blocked-bloom.js';
import { keyHash } from './key-hash.js';

const BITS_PER_TOKEN = 10;
/** Characters (code points) of a token that count. */
const KEY_CHARACTERS = 32;

/** The message as it is searched for words: in lower case. */
export const LOWERED = 'coalesce(lowered, lower(message))';
/** RE2's class of what words are made of, as in `tokens.ts`. */
export const WORD_CLASS = '\\pL\\pN_';

/** The Bloom filter of all words of a query's lines. They are found and hashed by DuckDB, off the event loop. */
export async function tokenFilter(background: BackgroundConnection, query: string): Promise<Uint8Array> {
  const hashes = `SELECT md5_number_lower(token) FROM (SELECT DISTINCT left(token, ${String(KEY_CHARACTERS)}) AS token
    FROM (SELECT unnest(regexp_extract_all(${LOWERED}, '[${WORD_CLASS}]+')) AS token FROM (${query})))`;
  const result = await background.run(hashes);
  const chunks = await result.fetchAllChunks();
  const tokens = chunks.reduce((sum, { rowCount }) => sum + rowCount, 0);
  const bloom = new BlockedBloom(tokens, BITS_PER_TOKEN);
  for (const chunk of chunks) {
    for (const hash of chunk.getColumnValues(0) as bigint[]) {
      bloom.add({ high: Number(hash >> 32n), low: Number(hash & 0xffff_ffffn) });
    }
    await new Promise(setImmediate); // so that nobody waits for the whole
  }
  return new Uint8Array(bloom.words.buffer);
}

/** Whether a segment may have every one of the tokens. True also when its filter cannot be read: it only saves work. */
export async function mayHaveTokens(path: string, tokens: readonly string[]): Promise<boolean> {
  if (tokens.length === 0) return true;
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
  try {
    const blocks = (await file.stat()).size / BLOCK_BYTES;
    const buffer = Buffer.alloc(BLOCK_BYTES);
    const words = new Uint32Array(buffer.buffer, buffer.byteOffset, BLOCK_BYTES / 4);
    for (const token of tokens) {
      const key = keyHash(Array.from(token).slice(0, KEY_CHARACTERS).join(''));
      const { bytesRead } = await file.read(buffer, 0, BLOCK_BYTES, blockOf(key, blocks) * BLOCK_BYTES);
      if (bytesRead === BLOCK_BYTES && !blockHas(words, key)) return false;
    }
    return true;
  } finally {
    await file.close();
  }
}
