import { Inject, Injectable } from '@nestjs/common';
import type { Asked } from '../../auth/asked.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { invalidInput, ProblemError } from '../../platform/errors.js';
import type { LogSpan } from '../core/filter/log-filter.js';
import { neighboursOf } from '../core/query/neighbours-of.js';
import type { LogOrder, LogReader, LogSearch, StoredLine } from '../store/log-store.port.js';
import { LogAnswers } from './log-answers.js';
import type { GetLogContext, LogContextView } from './log-context.schema.js';
import { LogQueryGate } from './log-query-gate.js';
import { LogReaders } from './log-readers.js';
import { type ReadLines, readLines } from './read-lines.js';
import { toLogLine } from './to-log-line.js';

const WITHIN_MS = 86_400_000;

type Settings = Pick<Config, 'logsQueryMaxSpanMs' | 'logsAnswerMaxBytes'>;

/** Shows a line among its neighbours. */
@Injectable()
export class LogContextService {
  constructor(
    private readonly readers: LogReaders,
    private readonly gate: LogQueryGate,
    private readonly answers: LogAnswers,
    @Inject(CONFIG) private readonly config: Settings,
  ) {}

  /** @throws ProblemError 404 when no such line is kept, or none that the caller may see; 422, 429 */
  async context({ place, before, after, within = WITHIN_MS }: GetLogContext, asked: Asked): Promise<LogContextView> {
    const { namespaces } = asked.caller;
    if (within > this.config.logsQueryMaxSpanMs)
      throw invalidInput(asked.pointerTo('within'), 'is longer than LOGS_QUERY_MAX_SPAN', 'LOGS_QUERY_MAX_SPAN');
    const own = { ...(namespaces ? { visibleNamespaces: namespaces } : {}), terms: [] };
    const chosen = this.readers.at(place, namespaces);
    const line = await this.gate.run(asked.signal, async (signal) => chosen?.reader.lineAt(place, own, signal));
    if (!chosen || !line) throw new ProblemError('NOT_FOUND', 'There is no line at this place (any more).');
    const { reader, source } = chosen;
    const filter = neighboursOf(line.record, namespaces);
    const span = spanAround(line, within);
    return this.answers.give(filter, span, asked.signal, async (signal) => {
      const read = (order: LogOrder, limit: number) =>
        this.read(reader, { filter, span, order, after: place, limit }, signal);
      const [earlier, later] = [await read('newest', before), await read('oldest', after)];
      const answer = {
        before: earlier.lines.toReversed().map(toLogLine),
        line: toLogLine(line),
        after: later.lines.map(toLogLine),
        hasMoreBefore: earlier.hasMore,
        hasMoreAfter: later.hasMore,
      };
      return { answer, lost: earlier.lost, source };
    });
  }

  /** Where no line is wanted one is looked for, to know whether there is more. */
  private async read(reader: LogReader, search: LogSearch, signal: AbortSignal): Promise<ReadLines> {
    const maxBytes = this.config.logsAnswerMaxBytes / 2;
    if (search.limit > 0) return readLines(reader, search, maxBytes, signal);
    const found = await readLines(reader, { ...search, limit: 1 }, maxBytes, signal);
    return { ...found, lines: [], hasMore: found.lines.length > 0 };
  }
}

function spanAround({ record: { timeNs } }: StoredLine, withinMs: number): LogSpan {
  const withinNs = BigInt(withinMs) * 1_000_000n;
  const fromNs = timeNs > withinNs ? timeNs - withinNs : 0n;
  return { fromNs, toNs: timeNs + withinNs };
}
