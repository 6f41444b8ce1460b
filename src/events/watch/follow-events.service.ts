import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Optional, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Backoff } from '../../cluster/backoff.js';
import { ResourceExpiredError } from '../../cluster/cluster-watch.port.js';
import { ClusterView } from '../../cluster/cluster-view.js';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log.js';
import { RepeatedLook } from '../../platform/repeated-look.js';
import { EventIntake } from './event-intake.js';
import { EventWatchRecords, type EventWatchProgress } from './event-watch-records.port.js';

export interface FollowOptions {
  /** Who follows says so so often. */
  readonly beatMs: number;
  /** When it has not for so long, another process takes over. */
  readonly holdMs: number;
  readonly firstBackoffMs: number;
  readonly maxBackoffMs: number;
}

/** Injection token of `Partial<FollowOptions>`; the defaults hold where it is not provided. */
export const FOLLOW_OPTIONS = Symbol('FOLLOW_OPTIONS');

const OPTIONS: FollowOptions = { beatMs: 5_000, holdMs: 20_000, firstBackoffMs: 500, maxBackoffMs: 30_000 };
/** A watch that the server ended sooner than this is opened again only after a pause. */
const SHORT_WATCH_MS = 5_000;
/** After so many failures in a row the version is given up: an API server that was restored from a backup may never know it again. */
const FAILURES_BEFORE_RELIST = 10;
/** Events are joined with what the cluster is: so long they wait for that. */
const VIEW_MS = 10_000;

/**
 * Follows the cluster's events for as long as the process runs, or waits to take over from the process that does. The position stands in the records, so that
 * whoever goes on neither loses nor doubles anything; when the API server has forgotten it, everything is listed and put together with what is kept.
 */
@Injectable()
export class FollowEvents implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly holder = randomUUID();
  private readonly stopping = new AbortController();
  private readonly options: FollowOptions;
  private readonly backoff: Backoff;
  private running: Promise<void> | undefined;
  private progress: EventWatchProgress = { state: 'starting' };
  private heldUntilMs = 0;
  private failuresInARow = 0;
  /** Set while a watch is open. */
  private openedAtMs: number | undefined;

  constructor(
    private readonly records: EventWatchRecords,
    private readonly intake: EventIntake,
    private readonly view: ClusterView,
    private readonly clock: Clock,
    private readonly log: Log,
    @Optional() @Inject(FOLLOW_OPTIONS) options: Partial<FollowOptions> = {},
  ) {
    this.options = { ...OPTIONS, ...options };
    const { firstBackoffMs: firstMs, maxBackoffMs: maxMs } = this.options;
    this.backoff = new Backoff({ firstMs, maxMs, random: Math.random });
  }

  onApplicationBootstrap(): void {
    this.running ??= this.run(this.stopping.signal);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort(new Error('the process stops'));
    await this.running;
  }

  private async run(stopped: AbortSignal): Promise<void> {
    await Promise.race([this.view.whenSynced(VIEW_MS), aborted(stopped)]);
    while (!stopped.aborted) {
      try {
        if (await this.hold()) await this.lead(stopped);
      } catch (error) {
        this.log.warn('The records do not tell who follows the events', { error });
      }
      await sleep(this.options.beatMs, undefined, { signal: stopped }).catch(() => undefined);
    }
  }

  /** Follows until the process stops or the right to is lost; then gives it back. */
  private async lead(stopped: AbortSignal): Promise<void> {
    const { heldUntilMs: _, reason: __, ...progress } = await this.records.read();
    this.progress = { ...progress, state: 'starting' };
    const lost = new AbortController();
    const beats = new RepeatedLook(() => this.beat(lost), this.options.beatMs);
    beats.start();
    try {
      const signal = AbortSignal.any([stopped, lost.signal]);
      while (!signal.aborted) {
        const pauseMs = await this.round(signal);
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await beats.stop();
      await this.giveBack(lost.signal);
    }
  }

  /** One attempt, until it fails or the server ends the watch. @returns how long to pause, ms */
  private async round(signal: AbortSignal): Promise<number> {
    const startedAtMs = this.clock.now();
    try {
      const from = this.progress.resourceVersion ?? (await this.relist(signal));
      await this.intake.follow(
        from,
        signal,
        () => (this.openedAtMs = startedAtMs),
        (resourceVersion) => this.reached(resourceVersion),
      );
      return this.clock.now() - startedAtMs < SHORT_WATCH_MS ? this.backoff.next() : 0;
    } catch (error) {
      if (signal.aborted) return 0;
      return this.failed(error);
    } finally {
      this.openedAtMs = undefined;
    }
  }

  private async relist(signal: AbortSignal): Promise<string> {
    const startedAtMs = this.clock.now();
    const { resourceVersion, gap } = await this.intake.list(this.progress.asOfMs, signal);
    if (gap) {
      await this.records.addGap(gap);
      this.log.warn('Events may have come and expired while nobody followed them', { ...gap });
    }
    this.progress = { resourceVersion, state: 'live', asOfMs: startedAtMs };
    await this.records.note(this.holder, this.progress);
    return resourceVersion;
  }

  private reached(resourceVersion: string): void {
    if (this.progress.state !== 'live') this.log.info('The events of the cluster are followed');
    this.progress = { resourceVersion, state: 'live', asOfMs: this.clock.now() };
    this.failuresInARow = 0;
    this.backoff.reset();
  }

  /** @returns how long to pause, ms */
  private failed(error: unknown): number {
    const { resourceVersion, asOfMs, state } = this.progress;
    const reason = error instanceof Error ? error.message : String(error);
    const isExpired = error instanceof ResourceExpiredError;
    if (isExpired)
      this.log.info('The API server has forgotten where the events were: they are listed anew', { reason });
    else if (state !== 'behind') this.log.warn('The events of the cluster cannot be followed at the moment', { error });
    this.failuresInARow += 1;
    const isForgotten = isExpired || this.failuresInARow >= FAILURES_BEFORE_RELIST;
    this.progress = {
      ...(resourceVersion === undefined || isForgotten ? {} : { resourceVersion }),
      ...(asOfMs === undefined ? {} : { asOfMs }),
      state: 'behind',
      reason,
    };
    return this.backoff.next();
  }

  private async hold(): Promise<boolean> {
    const nowMs = this.clock.now();
    if (!(await this.records.hold(this.holder, nowMs, nowMs + this.options.holdMs))) return false;
    this.heldUntilMs = nowMs + this.options.holdMs;
    return true;
  }

  /** Keeps the right, and the position in the records; never rejects. */
  private async beat(lost: AbortController): Promise<void> {
    try {
      if (!(await this.hold())) return lost.abort(new Error('another process follows the events'));
      this.noteOpen();
      await this.records.note(this.holder, this.progress);
    } catch (error) {
      this.log.warn('How far the events are followed cannot be noted', { error });
      if (this.clock.now() >= this.heldUntilMs) lost.abort(error);
    }
  }

  /** A watch that has been open for a while has not been refused: what is kept is as of now. (A server may accept one and then say that its version is gone.) */
  private noteOpen(): void {
    const { resourceVersion } = this.progress;
    if (this.openedAtMs === undefined || this.clock.now() - this.openedAtMs < this.options.beatMs) return;
    if (resourceVersion !== undefined) this.reached(resourceVersion);
  }

  private async giveBack(lost: AbortSignal): Promise<void> {
    if (lost.aborted) return;
    await this.records.note(this.holder, this.progress);
    const nowMs = this.clock.now();
    await this.records.hold(this.holder, nowMs, nowMs);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
