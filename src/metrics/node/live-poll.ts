import { setTimeout as delay } from 'node:timers/promises';
import type { ServerEvent } from '../../platform/http/event-stream.js';

/** Asks once, as one event with an id greater than the one before, and gives what there is to say, a failure too; rejects when the signal is aborted. */
export type Ask = (signal: AbortSignal) => Promise<ServerEvent>;

/** Who listens to a poll. Holds at most the newest event: what it does not take in time is lost to it. */
export class LiveListener {
  private newest: ServerEvent | undefined;
  /** By a clock that nobody sets. */
  private dueMs = -Infinity;
  private waiting: (() => void) | undefined;

  constructor(readonly intervalMs: number) {}

  /** An event of a poll that is made every `pollMs`; taken when the listener's own interval is over, to half a poll. */
  offer(event: ServerEvent, pollMs: number, nowMs: number): void {
    if (nowMs < this.dueMs - pollMs / 2) return;
    this.dueMs = nowMs + this.intervalMs;
    this.newest = event;
    this.waiting?.();
  }

  /** The next event; undefined when the signal is aborted. */
  async next(signal: AbortSignal): Promise<ServerEvent | undefined> {
    while (!this.newest && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.waiting = resolve;
      signal.addEventListener('abort', this.waiting, { once: true });
      await promise;
      signal.removeEventListener('abort', this.waiting);
    }
    const event = this.newest;
    this.newest = undefined;
    return signal.aborted ? undefined : event;
  }
}

/**
 * Asks again and again as long as somebody listens: as often as the most eager listener wants, and never twice at once. It begins with the first listener and
 * ends with the last, a call that runs then too.
 */
export class LivePoll {
  private readonly listeners = new Set<LiveListener>();
  private readonly end = new AbortController();
  private changed = Promise.withResolvers<void>();
  private newest: ServerEvent | undefined;

  constructor(private readonly ask: Ask) {}

  /** @param afterId an event up to which the listener has seen all */
  join(intervalMs: number, afterId: number): LiveListener {
    const listener = new LiveListener(intervalMs);
    const isFirst = this.listeners.size === 0;
    this.listeners.add(listener);
    if (this.newest && Number(this.newest.id) > afterId)
      listener.offer(this.newest, this.intervalMs, performance.now());
    if (isFirst) void this.run();
    else this.changed.resolve();
    return listener;
  }

  /** @returns whether somebody still listens; a poll that nobody listens to has ended and cannot be joined again */
  leave(listener: LiveListener): boolean {
    this.listeners.delete(listener);
    if (this.listeners.size === 0) this.end.abort();
    return this.listeners.size > 0;
  }

  private get intervalMs(): number {
    return Math.min(...Array.from(this.listeners, (listener) => listener.intervalMs));
  }

  private async run(): Promise<void> {
    const { signal } = this.end;
    while (!signal.aborted) {
      const beganAtMs = performance.now();
      const event = await this.ask(signal).catch(() => undefined); // it ends, or `ask` is broken: either way there is nothing to say
      if (event) {
        this.newest = event;
        const nowMs = performance.now();
        for (const listener of this.listeners) listener.offer(event, this.intervalMs, nowMs);
      }
      await this.pause(beganAtMs);
    }
  }

  /** Until an interval after the poll before; an eager listener that joins meanwhile shortens it. */
  private async pause(beganAtMs: number): Promise<void> {
    const { signal } = this.end;
    for (;;) {
      const leftMs = beganAtMs + this.intervalMs - performance.now();
      if (signal.aborted || !(leftMs > 0)) return;
      this.changed = Promise.withResolvers<void>();
      const woken = new AbortController();
      const time = delay(leftMs, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => undefined);
      await Promise.race([time, this.changed.promise]);
      woken.abort();
    }
  }
}
