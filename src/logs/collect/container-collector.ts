import { known } from '../../cluster/core/raw-object.js';
import { JOIN_HOLD_MS } from '../core/join/line-joiner.js';
import type { CollectMetrics } from './collect-metrics.js';
import { ContainerFollower, type FollowerParts } from './container-follower.js';
import { judgeFollower } from './core/judge-follower.js';
import type { LogCheckpoint, LogGap } from './core/log-position.js';
import type { ContainerKey, FollowedContainer, NotedGap } from './followed-container.js';
import { LineBuffer } from './line-buffer.js';
import type { LineSource } from './line-shipper.js';
import { RecordMaker, type MadeRecord, type PodFacts } from './record-maker.js';

export interface CollectorParts extends Omit<FollowerParts, 'noteGap' | 'noteReconnection'> {
  readonly metrics: Pick<CollectMetrics, 'lines' | 'bytes' | 'gaps' | 'reconnections'>;
  readonly facts: () => PodFacts;
  readonly noteGap: (gap: NotedGap) => void;
}

/** Saved even when nothing changed, so that its checkpoint is not forgotten. */
const SAVE_EVERY_MS = 3_600_000;

/** One container on its way into the store: its follower, what it read, the records of it, and how far they are stored. */
export class ContainerCollector implements LineSource {
  private readonly stopping = new AbortController();
  private readonly buffer = new LineBuffer();
  private readonly maker: RecordMaker;
  private readonly follower: ContainerFollower;
  private stoppedBecause: string | undefined;
  private isRunning = true;
  private progress: Pick<FollowedContainer, 'checkpoint' | 'lines' | 'bytes' | 'gaps' | 'reconnections'>;
  private inFlightSinceMs: number | undefined;
  private newestLine: { readonly readAtMs: number; readonly writtenAtMs: number } | undefined;
  private savedCheckpoint: LogCheckpoint | undefined;
  private saved: { readonly what: string; readonly atMs: number } | undefined;

  /** @param stored as the records have it */
  constructor(
    readonly key: ContainerKey,
    stored: FollowedContainer | undefined,
    private readonly parts: CollectorParts,
  ) {
    const { checkpoint, lines = 0, bytes = 0, gaps = 0, reconnections = 0 } = stored ?? {};
    this.progress = { ...(checkpoint ? { checkpoint } : {}), lines, bytes, gaps, reconnections };
    this.savedCheckpoint = checkpoint;
    this.maker = new RecordMaker(key, parts.facts);
    const noteGap = (gap: LogGap): void => this.noteGap(gap);
    const noteReconnection = (): void => this.noteReconnection();
    this.follower = new ContainerFollower(key, this.buffer, checkpoint, { ...parts, noteGap, noteReconnection });
  }

  start(): void {
    void this.follower.run(this.stopping.signal).finally(() => (this.isRunning = false));
  }

  /** Reads no more; what was read is stored yet. @param because what `/logs/health` tells from now on */
  stop(because: string): void {
    this.stoppedBecause ??= because;
    this.stopping.abort(new Error(because));
    this.buffer.close();
  }

  get isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Nothing of it remains to be done: it was stopped or its pod is gone, and everything that was read is stored. */
  get isFinished(): boolean {
    return !this.isRunning && !this.hasPending;
  }

  /** Everything that it has written so far is stored, and it runs no more. */
  get isAtEnd(): boolean {
    return this.follower.phase === 'ended' && !this.hasPending;
  }

  /** How far its log is stored. */
  get checkpoint(): LogCheckpoint | undefined {
    return this.progress.checkpoint;
  }

  /** Whether the records know how far that is. */
  get isSaved(): boolean {
    return this.savedCheckpoint === this.progress.checkpoint;
  }

  get isWaiting(): boolean {
    return this.buffer.size > 0;
  }

  get dueAtMs(): number | undefined {
    const { heldSinceMs } = this.maker;
    return heldSinceMs === undefined ? undefined : heldSinceMs + JOIN_HOLD_MS;
  }

  take(most: number, nowMs: number): readonly MadeRecord[] {
    const oldestAtMs = this.buffer.oldestAtMs;
    const entries = this.buffer.take(most);
    const newest = entries.findLast(({ line }) => line !== undefined);
    if (newest?.line) {
      const writtenAtMs = Number(newest.line.timeNs / 1_000_000n);
      this.newestLine = { readAtMs: newest.readAtMs, writtenAtMs };
    }
    const made = entries.flatMap((entry) => this.maker.push(entry, nowMs));
    const all = entries.length > 0 ? made : this.maker.flushHeld(nowMs);
    if (all.length > 0) this.inFlightSinceMs = oldestAtMs ?? nowMs;
    return all;
  }

  stored(made: readonly MadeRecord[]): void {
    this.inFlightSinceMs = undefined;
    const last = made.at(-1);
    if (!last) return;
    const lines = made.reduce((sum, one) => sum + one.lines, 0);
    const bytes = made.reduce((sum, one) => sum + one.bytes, 0);
    this.parts.metrics.lines.inc(lines);
    this.parts.metrics.bytes.inc(bytes);
    const { progress } = this;
    this.progress = {
      ...progress,
      checkpoint: last.checkpoint,
      lines: progress.lines + lines,
      bytes: progress.bytes + bytes,
    };
  }

  /** How it stands now. */
  snapshot(nowMs: number, storeFailure: string | undefined): FollowedContainer {
    const { phase, reason, awaySinceMs } = this.follower;
    const { newestLine } = this;
    const pendingSinceMs = this.inFlightSinceMs ?? this.buffer.oldestAtMs;
    const judgement = judgeFollower(
      known({ phase, reason, awaySinceMs, pendingSinceMs, newestLine, storeFailure }),
      nowMs,
    );
    const { node } = this.parts.facts();
    return {
      ...this.key,
      ...(node === undefined ? {} : { node }),
      ...this.progress,
      ...(this.stoppedBecause === undefined ? judgement : { state: 'waiting' as const, reason: this.stoppedBecause }),
      updatedAtMs: nowMs,
    };
  }

  /** Whether the records should have this. */
  isNews(snapshot: FollowedContainer): boolean {
    const { saved } = this;
    return saved?.what !== newsOf(snapshot) || snapshot.updatedAtMs - saved.atMs >= SAVE_EVERY_MS;
  }

  wasSaved(snapshot: FollowedContainer): void {
    this.saved = { what: newsOf(snapshot), atMs: snapshot.updatedAtMs };
    this.savedCheckpoint = snapshot.checkpoint;
  }

  private get hasPending(): boolean {
    return this.buffer.size > 0 || this.inFlightSinceMs !== undefined || this.maker.heldSinceMs !== undefined;
  }

  private noteReconnection(): void {
    this.progress = { ...this.progress, reconnections: this.progress.reconnections + 1 };
    this.parts.metrics.reconnections.inc();
  }

  private noteGap(gap: LogGap): void {
    this.progress = { ...this.progress, gaps: this.progress.gaps + 1 };
    this.parts.metrics.gaps.inc({ reason: gap.reason });
    this.parts.noteGap({ ...this.key, ...gap, notedAtMs: this.parts.clock.now() });
  }
}

function newsOf({ checkpoint, state, reason, gaps, reconnections }: FollowedContainer): string {
  const { containerId, position, isEnded } = checkpoint ?? {};
  const place = position && `${position.timeNs}.${position.sequence}`;
  return JSON.stringify([containerId, place, isEnded, state, reason, gaps, reconnections]);
}
