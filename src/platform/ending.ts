import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from './log.js';

/**
 * The end of a process: steps by a common deadline. What does not come to an end in its time is named and left behind; whoever starts next finds what is
 * durable, and does the rest again.
 */
export class Ending {
  readonly #beganMs = performance.now();
  readonly #unfinished = new Set<{ readonly step: string }>();
  #hasFailed = false;

  /** @param limitMs from now on until the process must have ended */
  constructor(
    readonly limitMs: number,
    private readonly log: Log,
  ) {}

  /** Since it began. */
  get tookMs(): number {
    return Math.round(performance.now() - this.#beganMs);
  }

  /** The steps that were begun and have not come to an end. */
  get unfinished(): readonly string[] {
    return [...this.#unfinished].map(({ step }) => step);
  }

  /** Whether a step has failed. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Resolves when `work` has ended, or failed, or when so long has passed since the beginning. Never rejects: a failure is logged. */
  async step(name: string, byMs: number, work: () => Promise<unknown>): Promise<void> {
    const stop = new AbortController();
    const late = delay(Math.max(byMs - this.tookMs, 0), undefined, { signal: stop.signal }).catch(() => undefined); // aborted: it was in time
    await Promise.race([this.#carryOut(name, work), late]);
    stop.abort();
  }

  async #carryOut(step: string, work: () => Promise<unknown>): Promise<void> {
    const running = { step }; // two may have the same name
    this.#unfinished.add(running);
    try {
      await work();
      this.log.debug('A part of the process has ended', { step, tookMs: this.tookMs });
    } catch (error) {
      this.#hasFailed = true;
      this.log.error('A part of the process could not be ended', { step, error });
    } finally {
      this.#unfinished.delete(running);
    }
  }
}
