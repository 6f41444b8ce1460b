import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';

/** Tells those who wait in this process that tasks were made or have ended; what other processes do is seen by asking the records. */
@Injectable()
export class TaskBell {
  private made = Promise.withResolvers<void>();
  private ended = Promise.withResolvers<void>();

  /** A task was made, or is free again. */
  ring(): void {
    this.made.resolve();
    this.made = Promise.withResolvers();
  }

  /** A task has ended. */
  ringEnd(): void {
    this.ended.resolve();
    this.ended = Promise.withResolvers();
  }

  /** Resolves at the next `ring`. */
  next(): Promise<void> {
    return this.made.promise;
  }

  /** Resolves at the next `ringEnd`. */
  nextEnd(): Promise<void> {
    return this.ended.promise;
  }
}

/** Waits for a bell, but no longer than that, nor when the signal is aborted. */
export async function rungOrLate(rung: Promise<void>, limitMs: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const late = delay(limitMs, undefined, { signal: AbortSignal.any([signal, over.signal]) });
  await Promise.race([rung, late.catch(() => undefined)]);
  over.abort();
}
