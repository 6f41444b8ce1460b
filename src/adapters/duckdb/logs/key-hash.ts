import { hash } from 'node:crypto';
import type { KeyHash } from './blocked-bloom.js';

/** The lower half of the text's MD5, as DuckDB's `md5_number_lower` gives it: the same in each version of both. */
export function keyHash(text: string): KeyHash {
  const digest = hash('md5', text, 'buffer');
  return { high: digest.readUInt32LE(12), low: digest.readUInt32LE(8) };
}
