import { open, type FileHandle } from 'node:fs/promises';
import type { LogLines } from './log-lines.js';

const LINES_A_BODY = 1_000;

export interface SpreadLines {
  readonly lines: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Bodies of `_bulk` that were made before they are sent, so that making them takes no CPU from whoever is measured; in a file, since they are 570 bytes a line. */
export class PreparedBodies implements AsyncDisposable {
  private readonly ends: number[] = [];

  private constructor(
    private readonly file: FileHandle,
    readonly lines: number,
  ) {}

  /** Lines of a thousand a body, evenly from `fromMs` to `toMs`; the middle one has the rare word. */
  static async write(path: string, made: LogLines, { lines, fromMs, toMs }: SpreadLines): Promise<PreparedBodies> {
    const bodies = new PreparedBodies(await open(path, 'w+'), lines);
    const stepMs = (toMs - fromMs) / lines;
    const middle = Math.floor(lines / 2);
    for (let first = 0; first < lines; first += LINES_A_BODY) {
      const count = Math.min(LINES_A_BODY, lines - first);
      await bodies.add(Buffer.from(made.bulk(count, fromMs + first * stepMs, stepMs, middle - first)));
    }
    return bodies;
  }

  get count(): number {
    return this.ends.length;
  }

  async read(index: number): Promise<Buffer> {
    const [start = 0, end = 0] = [this.ends[index - 1], this.ends[index]];
    const body = Buffer.allocUnsafe(end - start);
    const { bytesRead } = await this.file.read(body, 0, body.length, start);
    if (bytesRead !== body.length) throw new Error(`Body ${index} was read in part`);
    return body;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.file.close();
  }

  private async add(body: Buffer): Promise<void> {
    const start = this.ends.at(-1) ?? 0;
    await this.file.write(body, 0, body.length, start);
    this.ends.push(start + body.length);
  }
}
