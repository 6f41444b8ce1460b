import type { AppendOutcome } from '../../logs/store/log-store.port.js';
import { bytesOf, cutLines, GROUP_BYTES, GROUP_LINES } from './cut-lines.js';
import type { OutgoingLine } from './outgoing-line.js';

/** Requests at once. */
const AT_ONCE = 3;

type Send = (lines: readonly OutgoingLine[]) => Promise<readonly AppendOutcome[]>;

interface Waiting {
  readonly lines: readonly OutgoingLine[];
  readonly bytes: number;
  readonly done: (outcomes: readonly AppendOutcome[]) => void;
  readonly failed: (error: unknown) => void;
}

/** Puts what comes in while requests are under way together into larger ones, and cuts what is too large for one. */
export class GroupedSends {
  private readonly waiting: Waiting[] = [];
  private underway = 0;

  constructor(private readonly send: Send) {}

  /** @returns what became of each line, in their order */
  async add(lines: readonly OutgoingLine[]): Promise<readonly AppendOutcome[]> {
    const outcomes: AppendOutcome[] = [];
    for (const part of cutLines(lines)) outcomes.push(...(await this.addPart(part)));
    return outcomes;
  }

  private addPart(lines: readonly OutgoingLine[]): Promise<readonly AppendOutcome[]> {
    const sent = Promise.withResolvers<readonly AppendOutcome[]>();
    this.waiting.push({ lines, bytes: bytesOf(lines), done: sent.resolve, failed: sent.reject });
    this.begin();
    return sent.promise;
  }

  private begin(): void {
    while (this.underway < AT_ONCE && this.waiting.length > 0) {
      this.underway += 1;
      void this.sendGroup(this.takeGroup()).finally(() => {
        this.underway -= 1;
        this.begin();
      });
    }
  }

  private takeGroup(): Waiting[] {
    let [lines, bytes] = [0, 0];
    const beyond = this.waiting.findIndex((one, at) => {
      lines += one.lines.length;
      bytes += one.bytes;
      return at > 0 && (lines > GROUP_LINES || bytes > GROUP_BYTES);
    });
    return this.waiting.splice(0, beyond === -1 ? this.waiting.length : beyond);
  }

  /** Never rejects. */
  private async sendGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.send(group.flatMap(({ lines }) => lines));
      let from = 0;
      for (const { lines, done } of group) {
        done(outcomes.slice(from, from + lines.length));
        from += lines.length;
      }
    } catch (error) {
      for (const { failed } of group) failed(error);
    }
  }
}
