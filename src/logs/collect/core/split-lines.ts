/** A line's bytes without its newline, and how many at its end were left out. */
export interface SplitLine {
  readonly bytes: Buffer;
  readonly cutBytes: number;
}

const NEWLINE = 0x0a;

/** Splits a stream of bytes into lines. Of a longer line only the first `maxLineBytes` are kept, while it is read already. */
export class LineSplitter {
  private parts: Buffer[] = [];
  private keptBytes = 0;
  private cutBytes = 0;

  constructor(private readonly maxLineBytes: number) {}

  /** The lines that this chunk ends. They may share its memory. */
  push(chunk: Buffer): SplitLine[] {
    const lines: SplitLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.keep(chunk.subarray(start, end));
      lines.push(this.take());
      start = end + 1;
    }
    if (start < chunk.length) this.keep(chunk.subarray(start));
    return lines;
  }

  /** The last line, whose newline never came; for the end of a log that will not go on. */
  rest(): SplitLine | undefined {
    return this.keptBytes > 0 ? this.take() : undefined;
  }

  private keep(part: Buffer): void {
    const kept = part.subarray(0, this.maxLineBytes - this.keptBytes);
    if (kept.length > 0) this.parts.push(kept);
    this.keptBytes += kept.length;
    this.cutBytes += part.length - kept.length;
  }

  private take(): SplitLine {
    const [first = Buffer.alloc(0), ...more] = this.parts;
    const line = { bytes: more.length === 0 ? first : Buffer.concat(this.parts), cutBytes: this.cutBytes };
    [this.parts, this.keptBytes, this.cutBytes] = [[], 0, 0];
    return line;
  }
}
