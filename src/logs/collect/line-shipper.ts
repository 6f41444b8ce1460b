import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff } from '../../cluster/backoff.js';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log.js';
import { LogStoreBusyError, LogWriter } from '../store/log-store.port.js';
import type { MadeRecord } from './record-maker.js';

/** Where a shipper takes lines from: one container. */
export interface LineSource {
  /** The oldest lines as records, at most so many; also nothing. */
  take(most: number, nowMs: number): readonly MadeRecord[];
  /** These are durable. */
  stored(made: readonly MadeRecord[]): void;
  /** When something is to be taken without a new line, ms since the epoch; undefined: when something is pushed. */
  readonly dueAtMs: number | undefined;
  /** Whether lines wait. */
  readonly isWaiting: boolean;
}

/** Records of one container in one turn. */
const LINES_OF_ONE = 1000;
/** Of all in one turn. */
const LINES_OF_ALL = 10_000;
/** Lines that come one by one go together, ms. */
const GATHER_MS = 100;
const LONGEST_REST_MS = 1000;

/**
 * Brings lines to the store, in turns: from each container so many at most, beginning with another one each time, so that a loud one delays the rest by its share and no more. A turn ends when
 * its lines are durable. A store that refuses gets the same lines again, until it takes them; meanwhile buffers fill, and who fills them waits.
 */
export class LineShipper {
  private first = 0;
  private isFinishing = false;
  private wakeUp: (() => void) | undefined;
  /** Why the store takes nothing; undefined while it does. */
  failure: string | undefined;

  constructor(
    private readonly sources: () => readonly LineSource[],
    private readonly writer: LogWriter,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Something was pushed. */
  wake(): void {
    this.wakeUp?.();
  }

  /** Until the signal aborts, or after `finish` until nothing waits. After an abort what was taken last may be stored or not. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const isFull = await this.turn(signal);
      if (isFull || signal.aborted) continue;
      const sources = this.sources();
      const isWaiting = sources.some((source) => source.isWaiting);
      if (this.isFinishing && !isWaiting && !sources.some(({ dueAtMs }) => dueAtMs !== undefined)) return;
      if (!isWaiting) await this.something();
      await sleep(GATHER_MS, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
    }
  }

  /** Nothing is pushed any more. */
  finish(): void {
    this.isFinishing = true;
    this.wake();
  }

  /** One turn. @returns whether more waits than fitted into it */
  async turn(signal: AbortSignal): Promise<boolean> {
    const taken: { readonly source: LineSource; readonly made: readonly MadeRecord[] }[] = [];
    let lines = 0;
    let isFull = false;
    const sources = this.sources();
    this.first = sources.length === 0 ? 0 : (this.first + 1) % sources.length;
    const inTurn = [...sources.slice(this.first), ...sources.slice(0, this.first)];
    for (const source of inTurn) {
      if (lines >= LINES_OF_ALL) break;
      const made = source.take(LINES_OF_ONE, this.clock.now());
      if (made.length > 0) taken.push({ source, made });
      lines += made.length;
      isFull ||= made.length >= LINES_OF_ONE;
    }
    const records = taken.flatMap(({ made }) => made.flatMap(({ record }) => record ?? []));
    if (records.length > 0 && !(await this.append(records, signal))) return false;
    for (const { source, made } of taken) source.stored(made);
    return isFull || lines >= LINES_OF_ALL;
  }

  /** @returns false when the signal aborted before they were taken */
  private async append(records: Parameters<LogWriter['append']>[0], signal: AbortSignal): Promise<boolean> {
    const backoff = new Backoff({ firstMs: 200, maxMs: 10_000, random: Math.random });
    while (!signal.aborted) {
      try {
        await this.writer.append(records);
        this.failure = undefined;
        return true;
      } catch (error) {
        if (this.failure === undefined) this.log.warn('The log store does not take lines; they wait', { error });
        this.failure = error instanceof Error ? error.message : String(error);
        const pauseMs = error instanceof LogStoreBusyError ? error.retryAfterMs : backoff.next();
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
      }
    }
    return false;
  }

  /** Resolves when something was pushed or is due; in a second at the latest. */
  private async something(): Promise<void> {
    const dues = this.sources().flatMap(({ dueAtMs }) => dueAtMs ?? []);
    const dueInMs = Math.min(...dues) - this.clock.now();
    const woken = Promise.withResolvers<void>();
    this.wakeUp = () => woken.resolve();
    const timer = setTimeout(() => woken.resolve(), Math.max(0, Math.min(dueInMs, LONGEST_REST_MS)));
    await woken.promise;
    clearTimeout(timer);
    this.wakeUp = undefined;
  }
}
