import { setTimeout as pause } from 'node:timers/promises';
import type { BulkLines } from './bulk-lines.js';
import type { LineBuffer } from './line-buffer.js';
import type { OutgoingLine } from './outgoing-line.js';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;

export interface ReplayListener {
  /** Elasticsearch does not take lines; they wait. */
  onAway(error: Error): void;
  /** All that waited has been sent. */
  onBack(): void;
  /** So many lines cannot be read; their file is set aside. */
  onDamage(lines: number): void;
}

/** Waits for Elasticsearch, and sends what waits in the buffer, in its order, until nothing does. */
export class BufferReplay {
  private running: Promise<void> | undefined;
  private awayBecause: string | undefined;
  private readonly ending = new AbortController();

  /** @param ready resolves when Elasticsearch can be asked */
  constructor(
    private readonly ready: () => Promise<unknown>,
    private readonly buffer: LineBuffer,
    private readonly bulk: BulkLines,
    private readonly listener: ReplayListener,
    /** Told that lines have been stored. */
    private readonly onSent: () => void,
  ) {}

  /** Why lines wait, or would, in words that may be shown to anyone; undefined while they do not. */
  get reason(): string | undefined {
    const { waitingLines, isEmpty } = this.buffer;
    if (this.awayBecause !== undefined) return `Elasticsearch does not take lines; ${waitingLines} wait on disk`;
    return isEmpty ? undefined : `${waitingLines} lines that waited for Elasticsearch are being sent`;
  }

  /** Lines wait, for this reason where a request has failed. */
  wake(failure?: Error): void {
    if (failure) this.tell(failure);
    if (this.ending.signal.aborted) return;
    this.running ??= this.run().finally(() => {
      this.running = undefined;
      if (!this.buffer.isEmpty) this.wake();
    });
  }

  /** Resolves when nothing is sent any more; what waits stays. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted;) {
      const failure = await this.tryOnce();
      if (signal.aborted) return;
      if (failure) {
        this.tell(failure);
        await pause(pauseMs, undefined, { signal }).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      } else if (this.buffer.isEmpty) break;
      else pauseMs = FIRST_PAUSE_MS;
    }
    if (this.awayBecause === undefined) return;
    this.awayBecause = undefined;
    this.listener.onBack();
  }

  /** @returns why not all of it could be sent */
  private async tryOnce(): Promise<Error | undefined> {
    try {
      await this.ready();
      return this.buffer.isEmpty ? undefined : await this.sendOldest();
    } catch (error) {
      return error as Error;
    }
  }

  /** Sends the oldest file and removes it. @returns why not all of it could be sent */
  private async sendOldest(): Promise<Error | undefined> {
    let damagedLines = 0;
    for await (const lines of this.buffer.oldest((count) => (damagedLines += count))) {
      const failure = await this.send(lines);
      if (failure) return failure;
    }
    if (damagedLines > 0) this.listener.onDamage(damagedLines);
    await this.buffer.dropOldest(damagedLines > 0);
    return undefined;
  }

  private async send(lines: readonly OutgoingLine[]): Promise<Error | undefined> {
    if (this.ending.signal.aborted) return new Error('The process ends');
    const { failure } = await this.bulk.send(lines, true);
    this.onSent();
    return failure;
  }

  private tell(error: Error): void {
    if (this.awayBecause !== error.message) this.listener.onAway(error);
    this.awayBecause = error.message;
  }
}
