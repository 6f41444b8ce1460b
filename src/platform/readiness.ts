import { Clock } from './clock.js';

export type PartState = 'starting' | 'up' | 'degraded' | 'down';

export interface PartReport {
  readonly name: string;
  /** Whether `/readyz` is 503 while this part is down. */
  readonly critical: boolean;
  readonly state: PartState;
  /** Since when it has been in this state, ms since the epoch. */
  readonly sinceMs: number;
  readonly reason?: string;
}

/** One part's handle: it says how it is, as often as it likes. */
export class ReadinessPart {
  private state: PartState = 'starting';
  private reason: string | undefined;
  private sinceMs: number;

  constructor(
    readonly name: string,
    readonly critical: boolean,
    private readonly clock: Clock,
  ) {
    this.sinceMs = clock.now();
  }

  /** Reports a state; the instant is kept while the state stays the same. */
  set(state: PartState, reason?: string): void {
    if (state !== this.state) this.sinceMs = this.clock.now();
    this.state = state;
    this.reason = reason;
  }

  report(): PartReport {
    const { name, critical, state, sinceMs, reason } = this;
    return { name, critical, state, sinceMs, ...(reason === undefined ? {} : { reason }) };
  }
}

/** What `/readyz` tells: every part with its state and how long it has been so. */
export class Readiness {
  private readonly parts = new Map<string, ReadinessPart>();
  private draining = false;

  constructor(private readonly clock: Clock) {}

  /** The handle of a part, made on first use. Critical are records and queue only; the rest degrades. */
  part(name: string, options: { readonly critical: boolean } = { critical: false }): ReadinessPart {
    const known = this.parts.get(name);
    if (known) return known;
    const part = new ReadinessPart(name, options.critical, this.clock);
    this.parts.set(name, part);
    return part;
  }

  /** From now on not ready: the process is about to stop. */
  drain(): void {
    this.draining = true;
  }

  report(): { readonly ready: boolean; readonly draining: boolean; readonly parts: readonly PartReport[] } {
    const parts = [...this.parts.values()].map((part) => part.report());
    const ready =
      !this.draining && parts.every((part) => !part.critical || part.state === 'up' || part.state === 'degraded');
    return { ready, draining: this.draining, parts };
  }
}
