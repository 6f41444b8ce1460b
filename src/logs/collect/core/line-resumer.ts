import type { LogPosition } from './log-position.js';
import type { StampedLine } from './read-stamped-line.js';

export interface PlacedLine extends StampedLine, LogPosition {}

/** What a push gives: the lines that are new, and the bounds of what is missing before the first of them. */
export interface Resumed {
  readonly lines: readonly PlacedLine[];
  readonly gap?: { readonly fromNs: bigint; readonly toNs?: bigint };
}

const NOTHING: Resumed = { lines: [] };
/** How much younger than the checkpoint a line must be to say that the checkpoint's own will not come: the runtime stamps stdout and stderr apart and writes them in any order. */
const DISORDER_NS = 1_000_000_000n;
const MAX_HELD = 1000;
/** For how many stamps it is known how many lines bore them. */
const MAX_STAMPS = 1024;

/**
 * Decides which lines of a log that is read again are new. Lines up to the checkpoint's, in the order of the file, were stored before; it is known by
 * stamp and count alone, never by its content. Where it does not come, the file no longer reaches back so far: what is younger is new, and what lies between
 * is missing. The stream must begin a second or more before the checkpoint, or the counts would be wrong.
 */
export class LineResumer {
  private readonly counts = new Map<bigint, number>();
  private held: PlacedLine[] = [];
  private isSeeking: boolean;

  /** @param from the last line that is stored; absent: every line is new */
  constructor(private readonly from: LogPosition | undefined) {
    this.isSeeking = from !== undefined;
  }

  push(line: StampedLine): Resumed {
    const placed = { ...line, sequence: this.count(line.timeNs) };
    const { from } = this;
    if (!this.isSeeking || !from) return { lines: [placed] };
    if (placed.timeNs === from.timeNs && placed.sequence === from.sequence) {
      this.isSeeking = false;
      this.held = []; // they stand before it in the file: stored before
      return NOTHING;
    }
    if (placed.timeNs > from.timeNs) this.held.push(placed);
    const isBeyond = placed.timeNs > from.timeNs + DISORDER_NS || this.held.length > MAX_HELD;
    return isBeyond ? this.settle() : NOTHING;
  }

  /** Whether lines wait for the checkpoint's to come or not. */
  get isHolding(): boolean {
    return this.held.length > 0;
  }

  /** Awaits the checkpoint's line no longer, if anything younger has come: at the stream's end, or when nothing came for a while. */
  settle(): Resumed {
    const [first] = this.held;
    if (!this.from || !first) return NOTHING;
    const lines = this.held;
    this.isSeeking = false;
    this.held = [];
    return { lines, gap: { fromNs: this.from.timeNs, toNs: first.timeNs } };
  }

  /** The log ends here for good: where the checkpoint's line has not come, what was written behind it is missing, though nothing younger stands here. */
  end(): Resumed {
    const { from } = this;
    return this.isSeeking && from && !this.isHolding ? { lines: [], gap: { fromNs: from.timeNs } } : this.settle();
  }

  private count(timeNs: bigint): number {
    const sequence = this.counts.get(timeNs) ?? 0;
    this.counts.set(timeNs, sequence + 1);
    if (this.counts.size > MAX_STAMPS) {
      const [oldest] = this.counts.keys();
      if (oldest !== undefined) this.counts.delete(oldest);
    }
    return sequence;
  }
}
