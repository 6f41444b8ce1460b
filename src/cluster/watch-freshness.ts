import { Clock } from '../platform/clock.js';

/** `starting`: never listed yet; `live`: changes come in as they happen; `behind`: the API server cannot be followed at the moment. */
export type WatchState = 'starting' | 'live' | 'behind';

export interface WatchReport {
  /** Plural, such as `pods`. */
  readonly resource: string;
  readonly state: WatchState;
  /** Since when it is in this state, ms since the epoch. */
  readonly sinceMs: number;
  /** When the API server last said anything about it, ms since the epoch. */
  readonly lastContactMs?: number;
  /** The instant that its objects are as of, ms since the epoch: now while live; absent before the first list. */
  readonly asOfMs?: number;
  /** How many objects are held. */
  readonly count: number;
  /** Why it is behind. */
  readonly reason?: string;
}

/** How fresh one watch is. */
export class WatchFreshness {
  private state: WatchState = 'starting';
  private sinceMs: number;
  private lastContactMs: number | undefined;
  private lastCurrentMs: number | undefined;
  private reason: string | undefined;

  constructor(private readonly clock: Clock) {
    this.sinceMs = clock.now();
  }

  /** The instant that the objects are as of: now while live, else when they last were current; absent before the first list. */
  asOfMs(nowMs: number): number | undefined {
    return this.state === 'live' ? nowMs : this.lastCurrentMs;
  }

  /** The API server said something, which need not make the objects current (a page of a list). */
  contact(): void {
    this.lastContactMs = this.clock.now();
  }

  /** The objects are as the API server has them: a list is complete, or an event or bookmark came. */
  current(): void {
    this.contact();
    this.lastCurrentMs = this.lastContactMs;
  }

  /** @returns whether it was behind before */
  live(): boolean {
    const wasBehind = this.state === 'behind';
    this.current();
    this.enter('live', undefined);
    return wasBehind;
  }

  /** @returns whether it was not behind before */
  behind(reason: string): boolean {
    const isNews = this.state !== 'behind';
    this.enter('behind', reason);
    return isNews;
  }

  report(resource: string, count: number): WatchReport {
    const { state, sinceMs, lastContactMs, reason } = this;
    const asOfMs = this.asOfMs(this.clock.now());
    return {
      resource,
      state,
      sinceMs,
      ...(lastContactMs === undefined ? {} : { lastContactMs }),
      ...(asOfMs === undefined ? {} : { asOfMs }),
      count,
      ...(reason === undefined ? {} : { reason }),
    };
  }

  private enter(state: WatchState, reason: string | undefined): void {
    if (state !== this.state) this.sinceMs = this.clock.now();
    this.state = state;
    this.reason = reason;
  }
}
