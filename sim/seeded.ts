/**
 * Randomness that is a pure function of its keys, so that the same seed gives the same cluster on every machine and at every start.
 * (FNV-1a over the keys, then MurmurHash3's finaliser.) Not for secrets.
 */
export type Key = string | number;

/** A 32-bit hash of the keys. */
export function hash(...keys: Key[]): number {
  let state = 0x811c9dc5;
  for (const key of keys) {
    const text = String(key);
    for (let index = 0; index < text.length; index++) {
      state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
    }
    state = Math.imul(state ^ 0x1f, 0x01000193);
  }
  state ^= state >>> 16;
  state = Math.imul(state, 0x85ebca6b);
  state ^= state >>> 13;
  state = Math.imul(state, 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/** A number in [low, high). */
export function between(low: number, high: number, ...keys: Key[]): number {
  return low + ((high - low) * hash(...keys)) / 2 ** 32;
}

/** A version 4 UUID's shape. */
export function uuid(...keys: Key[]): string {
  const hex = [0, 1, 2, 3]
    .map((part) =>
      hash('uuid', part, ...keys)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** A name's generated end, in the alphabet that Kubernetes uses for it. */
export function suffix(length: number, ...keys: Key[]): string {
  let text = '';
  for (let index = 0; index < length; index++) {
    text += ALPHABET[hash('suffix', index, ...keys) % ALPHABET.length];
  }
  return text;
}
