import { describe, expect, it } from '@jest/globals';
import { BlockedBloom, BLOCK_BYTES, blockHas, blockOf } from './blocked-bloom.js';
import { keyHash } from './key-hash.js';

const KEYS = 20_000;
const wordsOf = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `word${String(from + index)}`);

describe('BlockedBloom', () => {
  const bloom = new BlockedBloom(KEYS, 10);
  for (const word of wordsOf(0, KEYS)) bloom.add(keyHash(word));

  it('has every key that was added', () => {
    expect(wordsOf(0, KEYS).every((word) => bloom.mayHave(keyHash(word)))).toBe(true);
  });

  it('takes few others for keys', () => {
    const others = wordsOf(KEYS, 3 * KEYS).filter((word) => bloom.mayHave(keyHash(word)));
    expect(others.length / (2 * KEYS)).toBeLessThan(0.03);
    expect(bloom.words.byteLength).toBe(Math.ceil((KEYS * 10) / 512) * BLOCK_BYTES);
  });

  it('is asked block by block with the same answers', () => {
    const blocks = bloom.words.byteLength / BLOCK_BYTES;
    for (const word of wordsOf(KEYS - 1_000, KEYS + 1_000)) {
      const key = keyHash(word);
      const start = blockOf(key, blocks) * (BLOCK_BYTES / 4);
      expect(blockHas(bloom.words.subarray(start, start + BLOCK_BYTES / 4), key)).toBe(bloom.mayHave(key));
    }
  });
});
