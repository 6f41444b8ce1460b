const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = 0xffffffffffffffffn;

/** Sixteen hexadecimal digits that differ when a value does (FNV-1a, 64 bits, over its JSON): enough to see a change by, of no use as proof. */
export function digestOf(value: unknown): string {
  let hash = OFFSET;
  for (const char of JSON.stringify(value)) hash = ((hash ^ BigInt(char.codePointAt(0) ?? 0)) * PRIME) & MASK;
  return hash.toString(16).padStart(16, '0');
}
