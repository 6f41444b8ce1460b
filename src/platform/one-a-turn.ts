/**
 * Does pieces of work that cannot be interrupted one a turn of the event loop, in the order in which they came: what comes in meanwhile waits for one of them, not for all
 * that are ready.
 */
export class OneATurn {
  private readonly waiting: (() => void)[] = [];

  /** @param work must not throw: nobody would hear of it */
  add(work: () => void): void {
    this.waiting.push(work);
    if (this.waiting.length === 1) setImmediate(this.next);
  }

  private readonly next = (): void => {
    this.waiting[0]?.();
    this.waiting.shift();
    if (this.waiting.length > 0) setImmediate(this.next);
  };
}
