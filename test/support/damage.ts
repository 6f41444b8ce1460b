import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';

/** Numbers from 0 to 1 that are the same at each run. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
}

/** What happens to files. `at` is where, as a share of the file's length. */
export const DAMAGES = {
  flip: (path: string, at: number): void => {
    const bytes = readFileSync(path);
    const index = Math.floor(bytes.length * at);
    bytes[index] = (bytes[index] ?? 0) ^ (1 << Math.floor(at * 8));
    writeFileSync(path, bytes);
  },
  truncate: (path: string, at: number): void => truncateSync(path, Math.floor(readFileSync(path).length * at)),
  empty: (path: string): void => truncateSync(path, 0),
  remove: (path: string): void => rmSync(path),
  garbage: (path: string, at: number): void => {
    const random = seededRandom(Math.floor(at * 1000) + 1);
    const piece = Buffer.from(Array.from({ length: 4093 }, () => Math.floor(random() * 256)));
    writeFileSync(path, Buffer.alloc(readFileSync(path).length, piece));
  },
  zeroesAfter: (path: string): void => writeFileSync(path, Buffer.alloc(8192), { flag: 'a' }),
} as const;

export type DamageKind = keyof typeof DAMAGES;
