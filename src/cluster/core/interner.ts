/**
 * Lets equal strings, label sets and other small values be one object: 30,000 pods share a few hundred of them.
 *
 * Keeps what was asked for lately: when a generation is full it becomes the old one, and what is still asked for moves on into the new one.
 * So memory is bounded however many values come and go; a value that was forgotten is only no longer shared with later ones.
 */
export class Interner {
  private young = new Map<string, unknown>();
  private old = new Map<string, unknown>();

  constructor(private readonly generationSize = 20_000) {}

  text(value: string): string;
  text(value: string | undefined): string | undefined;
  text(value: string | undefined): string | undefined {
    return value === undefined ? undefined : this.value(`"${value}`, () => value);
  }

  /** The value that was first made for this key; `make` must depend on the key alone, and keys of different types must differ. */
  value<T>(key: string, make: () => T): T {
    const young = this.young.get(key);
    if (young !== undefined) return young as T;
    const value = this.old.get(key) ?? make();
    if (this.young.size >= this.generationSize) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
    return value as T;
  }
}
