import type { TextColumn } from './text-column.js';

const FIRST_BYTES = 1_024;
/** No character of UTF-16 takes more bytes in UTF-8. */
const MOST_BYTES_A_UNIT = 3;
/** What was written is copied where its memory is larger by more than this. */
const MOST_ROOM = 1.25;

/** Writes a column of texts in memory that can be given to another thread. */
export class TextColumnWriter {
  private bytes: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(FIRST_BYTES);
  private readonly ends: Uint32Array<ArrayBuffer>;
  private end = 0;

  /**
   * @param maxRows how many texts come at most
   * @param row the texts before this row are absent
   */
  constructor(
    maxRows: number,
    private row = 0,
  ) {
    this.ends = new Uint32Array(maxRows);
  }

  /** @param text well-formed */
  push(text: string): void {
    const needed = this.end + text.length * MOST_BYTES_A_UNIT;
    if (needed > this.bytes.length) this.grow(needed);
    if (text !== '') this.end += this.bytes.write(text, this.end);
    this.ends[this.row] = this.end;
    this.row += 1;
  }

  /** What was written; nothing can be added afterwards. */
  finish(): TextColumn {
    const bytes = new Uint8Array(this.bytes.buffer, 0, this.end);
    const isTight = this.end * MOST_ROOM >= this.bytes.length;
    return { bytes: isTight ? bytes : bytes.slice(), ends: this.ends };
  }

  private grow(needed: number): void {
    const { bytes } = this;
    this.bytes = Buffer.allocUnsafeSlow(Math.max(needed, bytes.length * 2));
    bytes.copy(this.bytes, 0, 0, this.end);
  }
}
