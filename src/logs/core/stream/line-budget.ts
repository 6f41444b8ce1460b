const SECOND_MS = 1000;

/** How many lines may go out: never more than so many in any second, wherever it begins. */
export class LineBudget {
  /** When the last so many went, the oldest at `next`. */
  private readonly sentAtMs: number[];
  private next = 0;

  constructor(perSecond: number) {
    this.sentAtMs = Array.from({ length: perSecond }, () => -Infinity);
  }

  /** Takes one when there is one. */
  take(nowMs: number): boolean {
    if (nowMs < this.opensAtMs()) return false;
    this.sentAtMs[this.next] = nowMs;
    this.next = (this.next + 1) % this.sentAtMs.length;
    return true;
  }

  /** When the next one may go; in the past when it may now. */
  opensAtMs(): number {
    return (this.sentAtMs[this.next] ?? -Infinity) + SECOND_MS;
  }
}
