/** A block is 512 bits, so that one question reads one piece of memory, or of a file. */
const BLOCK_WORDS = 16;
export const BLOCK_BYTES = BLOCK_WORDS * 4;
/** Odd numbers that spread 32 bits over a block, one for each bit that a key sets. */
const SALTS = [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947].map(Number);

/** A key's hash, two halves of 32 bits. */
export interface KeyHash {
  readonly high: number;
  readonly low: number;
}

/** Which block a key belongs to, of so many. */
export function blockOf({ high }: KeyHash, blocks: number): number {
  return Math.floor((high / 2 ** 32) * blocks);
}

/** Whether a block may have the key. @param words of the block */
export function blockHas(words: Uint32Array, { low }: KeyHash): boolean {
  return SALTS.every((salt) => {
    const bit = Math.imul(low, salt) >>> 23;
    return ((words[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  });
}

/**
 * A Bloom filter: says of a key that it is not there, or that it may be. Each key's seven bits stand in one block (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient
 * Bloom Filters, 2007).
 */
export class BlockedBloom {
  readonly words: Uint32Array;
  private readonly blocks: number;

  /** @param bitsPerKey 10: one key of sixty that are not there may be; 16: one of five hundred */
  constructor(keys: number, bitsPerKey: number) {
    this.blocks = Math.max(1, Math.ceil((keys * bitsPerKey) / (BLOCK_BYTES * 8)));
    this.words = new Uint32Array(this.blocks * BLOCK_WORDS);
  }

  add(key: KeyHash): void {
    const start = blockOf(key, this.blocks) * BLOCK_WORDS;
    for (const salt of SALTS) {
      const bit = Math.imul(key.low, salt) >>> 23;
      const word = start + (bit >>> 5);
      this.words[word] = (this.words[word] ?? 0) | (1 << (bit & 31));
    }
  }

  mayHave(key: KeyHash): boolean {
    const start = blockOf(key, this.blocks) * BLOCK_WORDS;
    return blockHas(this.words.subarray(start, start + BLOCK_WORDS), key);
  }
}
