const TABLE_SIZE = 512;

/** What `find` gives for a key that is not in the table. */
export const UNKNOWN_KEY = -1;

/** The hash of a key's bytes so far, with one more. */
export function hashOn(hash: number, byte: number): number {
  return (hash * 31 + byte) & 0xffffff;
}

/** The keys that a decoder knows, found by their bytes. */
export class KeyTable {
  private readonly slots = new Int16Array(TABLE_SIZE).fill(UNKNOWN_KEY);
  private readonly keys: readonly Buffer[];

  /** @param names ASCII; the index of a name is what `nextKey` gives for it */
  constructor(readonly names: readonly string[]) {
    this.keys = names.map((name) => Buffer.from(name, 'latin1'));
    for (const [index, key] of this.keys.entries()) {
      let slot = hashOf(key) % TABLE_SIZE;
      while (this.slots[slot] !== UNKNOWN_KEY) slot = (slot + 1) % TABLE_SIZE;
      this.slots[slot] = index;
    }
  }

  /** The index of the key whose bytes stand from `from` to `to`; UNKNOWN_KEY when there is none. */
  find(bytes: Uint8Array, from: number, to: number, hash: number): number {
    for (let slot = hash % TABLE_SIZE; ; slot = (slot + 1) % TABLE_SIZE) {
      const index = this.slots[slot] ?? UNKNOWN_KEY;
      if (index === UNKNOWN_KEY || isEqual(this.keys[index]!, bytes, from, to)) return index;
    }
  }
}

function hashOf(key: Uint8Array): number {
  let hash = 0;
  for (const byte of key) hash = hashOn(hash, byte);
  return hash;
}

function isEqual(key: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (key.length !== to - from) return false;
  for (let index = 0; index < key.length; index += 1) if (key[index] !== bytes[from + index]) return false;
  return true;
}
