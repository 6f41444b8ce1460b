/**
 * Holds collection up while collected shards wait to be written: each keeps some megabytes of samples, and answers come in faster than they are stored.
 * A shard that still waits for its nodes does not count, so that a node that does not answer holds nobody up.
 */
export class WriteBacklog {
  private readonly waiting: (() => void)[] = [];
  private size = 0;

  /** @param most as many may be written or wait for it while others are collected */
  constructor(private readonly most: number) {}

  /** Resolves when there are fewer. */
  async room(): Promise<void> {
    while (this.size >= this.most) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Counts one until `write` is done, whichever way. */
  async during<Result>(write: () => Promise<Result>): Promise<Result> {
    this.size += 1;
    try {
      return await write();
    } finally {
      this.size -= 1;
      for (const resolve of this.waiting.splice(0)) resolve();
    }
  }
}
