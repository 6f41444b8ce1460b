import { MESSAGE_BYTES } from '../log-record.js';

/** A line, or a part of one that the container runtime cut. */
export interface LinePart {
  readonly text: string;
  readonly isPartial: boolean;
}

/** A whole line: its first part, with all of the text. */
export interface WholeLine<Part extends LinePart> {
  readonly first: Part;
  readonly text: string;
  /** Bytes of the parts that were left out, since the line grew beyond what is kept. */
  readonly cutBytes: number;
  /** Every part, in order. */
  readonly parts: readonly Part[];
  /** Its end never came. */
  readonly isUnfinished: boolean;
}

/** Puts the parts of lines together, of ONE stream of one container. What it keeps is bounded by `MESSAGE_BYTES` and the newest part. */
export class PartialJoiner<Part extends LinePart> {
  private parts: Part[] = [];
  private texts: string[] = [];
  private bytes = 0;
  private cutBytes = 0;

  /** Whether no part of a line waits for its end. */
  get isIdle(): boolean {
    return this.parts.length === 0;
  }

  /** @returns the line that this part ends */
  push(part: Part): WholeLine<Part> | undefined {
    this.parts.push(part);
    const bytes = Buffer.byteLength(part.text);
    if (this.bytes > MESSAGE_BYTES) this.cutBytes += bytes;
    else this.texts.push(part.text);
    this.bytes += bytes;
    return part.isPartial ? undefined : this.take(false);
  }

  /** The parts of a line whose end has not come; for when none is awaited any more. */
  flush(): WholeLine<Part> | undefined {
    return this.take(true);
  }

  private take(isUnfinished: boolean): WholeLine<Part> | undefined {
    const { parts, texts, cutBytes } = this;
    const [first] = parts;
    if (!first) return undefined;
    [this.parts, this.texts, this.bytes, this.cutBytes] = [[], [], 0, 0];
    return { first, text: texts.join(''), cutBytes, parts, isUnfinished };
  }
}
