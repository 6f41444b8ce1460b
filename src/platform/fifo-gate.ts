/** Lets so much work run at once; the rest waits, and runs in the order in which it came. */
export class FifoGate {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly limit: number) {}

  /** Whether what comes now would have to wait. */
  get isFull(): boolean {
    return this.running >= this.limit;
  }

  /** How much waits. */
  get waits(): number {
    return this.waiting.length;
  }

  /** Resolves or rejects as `work` does; either way its place is given to the next. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.isFull) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
