/**
 * Many readers or one writer. A waiting writer lets no new reader in, so it waits only for those that run.
 * Guards what a transaction cannot: which files belong to the layout that a running query was written for.
 */
export class ReadWriteLock {
  private readers = 0;
  private writing = false;
  private readonly waitingWriters: (() => void)[] = [];
  private waitingReaders: (() => void)[] = [];

  async shared<T>(work: () => Promise<T>): Promise<T> {
    while (this.writing || this.waitingWriters.length > 0) {
      await new Promise<void>((resolve) => this.waitingReaders.push(resolve));
    }
    this.readers += 1;
    try {
      return await work();
    } finally {
      this.readers -= 1;
      this.wake();
    }
  }

  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    while (this.writing || this.readers > 0) {
      await new Promise<void>((resolve) => this.waitingWriters.push(resolve));
    }
    this.writing = true;
    try {
      return await work();
    } finally {
      this.writing = false;
      this.wake();
    }
  }

  private wake(): void {
    if (this.writing || this.readers > 0) return;
    const writer = this.waitingWriters.shift();
    if (writer) {
      writer();
      return;
    }
    const readers = this.waitingReaders;
    this.waitingReaders = [];
    for (const reader of readers) reader();
  }
}
