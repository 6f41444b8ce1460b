import { setTimeout as pause } from 'node:timers/promises';
import type { BulkLines } from './bulk-lines.js';
import type { LineBuffer } from './line-buffer.js';
import type { OutgoingLine } from './outgoing-line.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

export interface ReplayListener {
  /** Elasticsearch does not take lines; they wait. */
  onAway(error: Error): void;
  /** All that waited has been sent. */
  onBack(): void;
  /** A file of the buffer is damaged. */
  onDamage(lines: number): void;
}

/** Sends what waits in the buffer, in its order, as long as anything does. */
export class BufferReplay {
  private running: Promise<void> | undefined;
  private awayBecause: string | undefined;
  private readonly ending = new AbortController();

  constructor(
    private readonly buffer: LineBuffer,
    private readonly bulk: BulkLines,
    private readonly listener: ReplayListener,
    /** Told that lines have been stored. */
    private readonly onSent: () => void,
  ) {}

  /** Why lines wait; undefined while none do. */
  get reason(): string | undefined {
    return this.buffer.isEmpty ? undefined : (this.awayBecause ?? 'waiting lines are being sent');
  }

  /** Lines wait, for this reason where a request has failed. */
  wake(error?: Error): void {
    if (error) this.tell(error);
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
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.buffer.isEmpty && !this.ending.signal.aborted) {
      const failure = await this.sendOldest().catch((error: unknown) => error as Error);
      if (failure) {
        this.tell(failure);
        await pause(pauseMs, undefined, { signal: this.ending.signal }).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      } else pauseMs = FIRST_PAUSE_MS;
    }
    if (!this.buffer.isEmpty || this.awayBecause === undefined) return;
    this.awayBecause = undefined;
    this.listener.onBack();
  }

  /** Sends the oldest file and removes it. @returns why not all of it could be sent */
  private async sendOldest(): Promise<Error | undefined> {
    for await (const lines of this.buffer.oldest((count) => this.listener.onDamage(count))) {
      const failure = await this.send(lines);
      if (failure) return failure;
    }
    await this.buffer.dropOldest();
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
