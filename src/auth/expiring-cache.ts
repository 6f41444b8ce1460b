interface Entry<Value> {
  readonly value: Promise<Value>;
  /** When the value was there; -Infinity while it is being loaded. */
  loadedAtMs: number;
  /** Infinity while the value is being loaded. */
  expiresAtMs: number;
}

/**
 * Answers that may be used again for a short time: bounded (the least recently used goes first), and many that ask for the same at once
 * share one load. A load that rejects is not kept.
 */
export class ExpiringCache<Value> {
  private readonly entries = new Map<string, Entry<Value>>();

  constructor(private readonly maxEntries: number) {}

  get size(): number {
    return this.entries.size;
  }

  /**
   * @param now asked before and after the load: the time to live counts from the load's end
   * @param ttlMs how long a loaded value may be used
   */
  async getOrLoad(
    key: string,
    now: () => number,
    load: () => Promise<Value>,
    ttlMs: (value: Value) => number,
  ): Promise<Value> {
    const known = this.entries.get(key);
    if (known && isUsable(known, now())) {
      this.keep(key, known);
      return known.value;
    }
    const entry: Entry<Value> = { value: load(), loadedAtMs: -Infinity, expiresAtMs: Infinity };
    this.keep(key, entry);
    try {
      const value = await entry.value;
      entry.loadedAtMs = now();
      entry.expiresAtMs = entry.loadedAtMs + ttlMs(value);
      return value;
    } catch (error) {
      if (this.entries.get(key) === entry) this.entries.delete(key);
      throw error;
    }
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  /** Puts an entry at the young end, and drops the oldest ones over the bound. */
  private keep(key: string, entry: Entry<Value>): void {
    this.entries.delete(key);
    this.entries.set(key, entry);
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.maxEntries) break;
      this.entries.delete(oldest);
    }
  }
}

/** A clock that was put back tells nothing of how old a value is. */
function isUsable({ loadedAtMs, expiresAtMs }: Entry<unknown>, nowMs: number): boolean {
  return loadedAtMs <= nowMs && nowMs < expiresAtMs;
}
