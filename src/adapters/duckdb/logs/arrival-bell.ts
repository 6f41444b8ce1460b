/** Wakes whoever waits for lines. */
export class ArrivalBell {
  private readonly waiting = new Set<() => void>();

  ring(): void {
    for (const wake of this.waiting) wake();
  }

  /** Resolves at the next ring, or when the signal aborts. */
  wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => {
      this.waiting.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    this.waiting.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    return promise;
  }
}
