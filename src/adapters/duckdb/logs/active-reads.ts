/** Knows which reads are under way, so that files that they may still open are not removed. */
export class ActiveReads {
  private readonly running = new Set<Promise<unknown>>();

  async track<T>(work: () => Promise<T>): Promise<T> {
    const mine = work();
    this.running.add(mine);
    try {
      return await mine;
    } finally {
      this.running.delete(mine);
    }
  }

  /** Waits for those that run now. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.running);
  }
}
