export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** 0 to 1, such as `Math.random`. */
  readonly random: () => number;
}

/** How long to wait before the next attempt: twice as long each time up to a cap, and half of it by chance so that many clients spread. */
export class Backoff {
  private failures = 0;

  constructor(private readonly options: BackoffOptions) {}

  /** The pause before the next attempt, in ms. */
  next(): number {
    const { firstMs, maxMs, random } = this.options;
    const full = Math.min(maxMs, firstMs * 2 ** Math.min(this.failures, 30));
    this.failures += 1;
    return full / 2 + (full / 2) * random();
  }

  reset(): void {
    this.failures = 0;
  }
}
