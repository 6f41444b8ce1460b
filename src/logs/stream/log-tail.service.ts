import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import { invalidInput } from '../../platform/errors.js';
import type { LogFilter } from '../core/filter/log-filter.js';
import { readLines } from '../query/read-lines.js';
import type { LogReader, StoredLine } from '../store/log-store.port.js';
import type { StreamPosition } from './stream-position.js';

const LINES_AT_ONCE = 1000;
/** A tail has at most a thousand lines; what arrived late among them makes it longer. */
const MOST_LINES = 20_000;
/** What bears a later stamp than now comes first, too. */
export const LATEST_NS = 9_214_646_399_999_000_000n;

/** The stored lines that a stream begins with. */
@Injectable()
export class LogTail {
  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'logsAnswerMaxBytes'>) {}

  /** The newest lines that had arrived up to an arrival, oldest first. */
  async newest(
    reader: LogReader,
    { filter, fromNs, limit }: { readonly filter: LogFilter; readonly fromNs: bigint; readonly limit: number },
    arrival: string,
    signal: AbortSignal,
  ): Promise<readonly StoredLine[]> {
    if (limit === 0) return [];
    const search = { filter, span: { fromNs, toNs: LATEST_NS }, order: 'newest', limit } as const;
    const { lines } = await readLines(reader, search, this.config.logsAnswerMaxBytes, signal);
    return this.upTo(reader, arrival, lines.toReversed(), filter, signal);
  }

  /** What is left of such lines behind one of them. */
  async rest(
    reader: LogReader,
    filter: LogFilter,
    { arrival, tail }: StreamPosition,
    signal: AbortSignal,
  ): Promise<readonly StoredLine[]> {
    if (!tail) return [];
    const found: StoredLine[] = [];
    const span = { fromNs: 0n, toNs: tail.toNs };
    for (let after = tail.place; ; after = found.at(-1)?.place ?? after) {
      const search = { filter, span, order: 'oldest', after, limit: LINES_AT_ONCE } as const;
      const { lines, hasMore } = await readLines(reader, search, this.config.logsAnswerMaxBytes, signal);
      found.push(...lines);
      if (!hasMore || lines.length === 0) break;
      if (found.length > MOST_LINES) throw invalidInput('Last-Event-ID', 'stands too far back: begin a new stream');
    }
    return this.upTo(reader, arrival, found, filter, signal);
  }

  /** Leaves out what arrived later: that comes as a new line. */
  private async upTo(
    reader: LogReader,
    arrival: string,
    lines: readonly StoredLine[],
    filter: LogFilter,
    signal: AbortSignal,
  ): Promise<readonly StoredLine[]> {
    const left = new Map(lines.map((line) => [line.place, line]));
    for (let after = arrival; left.size > 0;) {
      const page = await reader.arrivals({ filter, after, limit: LINES_AT_ONCE }, signal);
      for (const { line } of page.lines) left.delete(line.place);
      if (!page.hasMore) break;
      after = page.arrival;
    }
    return [...left.values()];
  }
}
