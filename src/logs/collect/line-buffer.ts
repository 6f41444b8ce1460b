import type { PlacedLine } from './core/line-resumer.js';
import type { ContainerLife } from './core/log-position.js';

/** A line that was read, or (without one) the end of a life. */
export interface BufferedLine {
  readonly life: ContainerLife;
  readonly line?: PlacedLine;
  /** When it was read, ms since the epoch. */
  readonly readAtMs: number;
}

/** When so much waits, its reader waits too, bytes; one read of the socket may go beyond it. */
const MAX_BYTES = 256 * 1024;

/** Lines between the stream that they come from and the store. */
export class LineBuffer {
  private entries: BufferedLine[] = [];
  private bytes = 0;
  private readonly waiting: (() => void)[] = [];
  private isClosed = false;

  get size(): number {
    return this.entries.length;
  }

  /** When the oldest was read, ms since the epoch. */
  get oldestAtMs(): number | undefined {
    return this.entries[0]?.readAtMs;
  }

  push(entry: BufferedLine): void {
    this.entries.push(entry);
    this.bytes += bytesOf(entry);
  }

  /** Resolves when there is room, at once if there is; or when it is closed. */
  async room(): Promise<void> {
    while (this.bytes >= MAX_BYTES && !this.isClosed) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Lets go whoever waits. */
  close(): void {
    this.isClosed = true;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** The oldest ones, at most so many. */
  take(most: number): BufferedLine[] {
    const taken = this.entries.slice(0, most);
    this.entries = this.entries.slice(most);
    for (const entry of taken) this.bytes -= bytesOf(entry);
    for (const resolve of this.waiting.splice(0)) resolve();
    return taken;
  }
}

/** With what the objects around a line take. */
function bytesOf({ line }: BufferedLine): number {
  return 128 + (line?.text.length ?? 0);
}
