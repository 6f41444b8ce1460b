import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff } from '../../cluster/backoff.js';
import type { ContainerRun } from '../../cluster/core/cluster-objects.js';
import { Clock } from '../../platform/clock.js';
import type { FifoGate } from '../../platform/fifo-gate.js';
import { decideReading, type Reading } from './core/decide-reading.js';
import type { PlacedLine } from './core/line-resumer.js';
import type { ContainerLife, LogCheckpoint, LogGap } from './core/log-position.js';
import type { ContainerKey } from './followed-container.js';
import type { LineBuffer } from './line-buffer.js';
import { PodLogError, PodLogs } from './pod-log.port.js';
import { readLog } from './read-log.js';

export interface FollowerParts {
  readonly podLogs: PodLogs;
  /** Bounds how many streams are opened at once, as long as the cluster answers soon. */
  readonly openings: FifoGate;
  readonly clock: Clock;
  /** The container as the cluster has it now; undefined when its pod is gone. */
  readonly look: () => ContainerRun | undefined;
  readonly noteGap: (gap: LogGap) => void;
  readonly noteReconnection: () => void;
  /** Something was put into the buffer. */
  readonly onLines: () => void;
  readonly pauses: FollowerPauses;
  /** 0 to 1, such as `Math.random`. */
  readonly random: () => number;
}

export interface FollowerPauses {
  /** Who waits longer for a stream to be opened, of a node that does not answer, holds up others no more. */
  readonly openMs: number;
  /** Between two looks at a container that has nothing to read. */
  readonly waitMs: number;
  /** After a stream ended or could not be opened: the first pause, and the longest. */
  readonly firstMs: number;
  readonly maxMs: number;
  /** Without a line for so long a stream that is read again is taken to hold no more of what was stored. */
  readonly idleMs: number;
  /** So long a log without what was stored may be another life's, and one that cannot be read may be readable again. */
  readonly doubtMs: number;
}

/** What a follower does. */
export type FollowerPhase = 'following' | 'waiting' | 'away' | 'ended' | 'failed';

type Read = Extract<Reading, { kind: 'read' }>;

/** Follows one container through its lives, into a buffer, from where its log is stored; until the signal, or until its pod is gone. */
export class ContainerFollower {
  phase: FollowerPhase = 'waiting';
  reason: string | undefined;
  /** Since when there is a log that is not read, ms since the epoch. */
  awaySinceMs: number | undefined;
  private readonly backoff: Backoff;
  /** How far it is read; the store is that far or less. */
  private readTo: LogCheckpoint | undefined;
  /** The life whose log was opened last. */
  private opened: string | undefined;
  /** The last stream ended by itself, as it does when a container has ended. */
  private isAtEnd = false;
  /** The life whose checkpoint was not found, for the cluster's word of a restart may have been late; or whose log could not be read. Since the last line that was. */
  private doubted: { readonly containerId: string; readonly sinceMs: number } | undefined;

  constructor(
    readonly key: ContainerKey,
    private readonly buffer: LineBuffer,
    stored: LogCheckpoint | undefined,
    private readonly parts: FollowerParts,
  ) {
    this.readTo = stored;
    const { firstMs, maxMs } = parts.pauses;
    this.backoff = new Backoff({ firstMs, maxMs, random: parts.random });
  }

  /** Resolves when the signal aborts or the pod is gone; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const container = this.parts.look();
      if (!container) return this.removed();
      const reading = decideReading(container, this.readTo);
      const pauseMs = reading.kind === 'read' ? await this.attempt(reading, signal) : this.rest(reading);
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
    }
  }

  /** The pod is gone. What it wrote after the last line is lost, unless its end was read. */
  private removed(): void {
    const { readTo } = this;
    if (readTo && !readTo.isEnded && !this.isAtEnd) this.lost(readTo, 'removed');
    this.enter('ended', 'its pod is gone');
  }

  private rest(reading: Exclude<Reading, Read>): number {
    this.enter(reading.kind === 'done' ? 'ended' : 'waiting', reading.because);
    return this.parts.pauses.waitMs;
  }

  /** @returns how long to pause before the next */
  private async attempt(reading: Read, signal: AbortSignal): Promise<number> {
    const startedAtMs = this.parts.clock.now();
    try {
      const isWhole = await this.read(reading, signal);
      if (isWhole && reading.isOver) return 0;
      if (this.parts.clock.now() - startedAtMs > this.parts.pauses.maxMs) this.backoff.reset();
      this.away(this.reason);
    } catch (error) {
      if (signal.aborted) return 0;
      this.failed(error, reading);
    }
    return this.backoff.next();
  }

  /** Reads one log to its end. @returns false when it may be another's: nothing of it was taken */
  private async read(reading: Read, signal: AbortSignal): Promise<boolean> {
    const leaving = new AbortController();
    try {
      const stopped = AbortSignal.any([signal, leaving.signal]);
      const chunks = await this.inTurn(() => this.open(reading, stopped));
      this.enter('following', undefined);
      this.isAtEnd = false;
      if (!(await this.takeAll(chunks, reading))) return false;
      this.isAtEnd = true;
      if (reading.isOver) this.take({ life: reading.life });
      this.parts.onLines();
      return true;
    } finally {
      leaving.abort(new Error('the stream is left'));
    }
  }

  private async inTurn<Opened>(open: () => Promise<Opened>): Promise<Opened> {
    const opening = Promise.withResolvers<Opened>();
    await this.parts.openings.run(async () => {
      opening.resolve(open());
      await Promise.race([opening.promise, sleep(this.parts.pauses.openMs, undefined, { ref: false })]);
    });
    return opening.promise;
  }

  private async takeAll(chunks: AsyncIterable<Buffer>, reading: Read): Promise<boolean> {
    const { life, from, isOver } = reading;
    let isKnown = false;
    const onUnstamped = (text: string): void => void (this.reason = text);
    const resumed = readLog(chunks, { from, isOver, idleMs: this.parts.pauses.idleMs, onUnstamped });
    for await (const { lines, gap } of resumed) {
      isKnown ||= this.parts.look() !== undefined;
      if (!isKnown || (gap && !this.isSure(reading))) return false;
      if (gap) this.parts.noteGap({ restart: life.restart, ...gap, reason: 'rotated' });
      for (const line of lines) this.take({ life, line });
      if (lines.length > 0) {
        this.doubted = undefined;
        this.parts.onLines();
      }
      await this.buffer.room();
    }
    return true;
  }

  private async open({ life, isPrevious, isOver, from, lostSince }: Read, signal: AbortSignal) {
    const sinceSeconds = from && Number(from.timeNs / 1_000_000_000n) - 1; // one more than needed: stamps of stdout and stderr are not in order
    const request = {
      namespace: this.key.namespace,
      pod: this.key.pod,
      container: this.key.container,
      isPrevious,
      follow: !isOver,
      ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
    };
    const isAgain = this.opened === life.containerId;
    if (isAgain) this.parts.noteReconnection();
    const chunks = await this.parts.podLogs.open(request, signal);
    this.opened = life.containerId;
    if (lostSince && !isAgain) this.lost(lostSince, 'lives-gone');
    return chunks;
  }

  private take(entry: { readonly life: ContainerLife; readonly line?: PlacedLine }): void {
    const { life, line } = entry;
    const position = line && { timeNs: line.timeNs, sequence: line.sequence };
    this.readTo = { ...life, ...(position ? { position } : {}), isEnded: !line };
    this.buffer.push({ ...entry, readAtMs: this.parts.clock.now() });
  }

  /**
   * Whether a log without the checkpoint's line is this life's nevertheless. What is served as the newest life's may be the next one's already, of which the cluster tells
   * a moment later: it is doubted for a while.
   */
  private isSure({ life, isPrevious }: Read): boolean {
    return this.wasDoubtedLong(life) || isPrevious;
  }

  private wasDoubtedLong({ containerId }: ContainerLife): boolean {
    const nowMs = this.parts.clock.now();
    if (this.doubted?.containerId !== containerId) this.doubted = { containerId, sinceMs: nowMs };
    return nowMs - this.doubted.sinceMs >= this.parts.pauses.doubtMs;
  }

  private lost({ restart, position, isEnded }: LogCheckpoint, reason: LogGap['reason']): void {
    this.parts.noteGap({
      restart: isEnded ? restart + 1 : restart,
      ...(position && !isEnded ? { fromNs: position.timeNs } : {}),
      reason,
    });
  }

  private failed(error: unknown, { life, isPrevious }: Read): void {
    if (!(error instanceof PodLogError)) return this.away(String(error));
    if (error.failure === 'gone' && isPrevious) return this.giveUp(life);
    if (error.failure === 'unreadable' && this.wasDoubtedLong(life)) return this.giveUp(life); // the runtime may have been away
    if (error.failure === 'not-started') return this.enter('waiting', error.message);
    if (error.failure === 'refused') return this.enter('failed', error.message);
    this.away(error.message);
  }

  /** A life that is over is not served any more. Lines of it are missing if it was read before: else it was over before we came. */
  private giveUp(life: ContainerLife): void {
    if (this.readTo?.containerId === life.containerId) this.lost(this.readTo, 'lives-gone');
    this.take({ life });
    this.parts.onLines();
  }

  private away(reason: string | undefined): void {
    this.awaySinceMs ??= this.parts.clock.now();
    [this.phase, this.reason] = ['away', reason];
  }

  private enter(phase: FollowerPhase, reason: string | undefined): void {
    this.awaySinceMs = undefined;
    [this.phase, this.reason] = [phase, reason];
  }
}
