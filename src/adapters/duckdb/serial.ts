/** Runs asynchronous work one at a time, in the order of the calls. */
export class Serial {
  private last: Promise<unknown> = Promise.resolve();
  /** Calls that wait or run. */
  pending = 0;

  /** Resolves or rejects as `work` does; a failure does not stop what comes after it. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.pending += 1;
    const mine = this.last.then(work, work);
    this.last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.pending -= 1;
    }
  }
}
