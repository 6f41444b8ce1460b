import { setTimeout as pause } from 'node:timers/promises';

/** Other processes write too, and nothing tells of that: whoever waits looks again after so long. */
const LOOK_AGAIN_MS = 1000;

/** Wakes those who wait for lines: when this process has stored some, and every second. */
export class ArrivalBell {
  private ringing = new AbortController();

  ring(): void {
    this.ringing.abort();
    this.ringing = new AbortController();
  }

  async wait(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.ringing.signal]);
    await pause(LOOK_AGAIN_MS, undefined, { signal: either, ref: false }).catch(() => undefined);
  }
}
