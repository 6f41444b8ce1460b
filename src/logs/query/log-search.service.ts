import { Inject, Injectable } from '@nestjs/common';
import type { Asked } from '../../auth/asked.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { LimitHits } from '../../platform/limit-hits.js';
import { isoOfNs } from '../core/query/iso-of-ns.js';
import { LogAnswers } from './log-answers.js';
import { logCursor, placeInCursor } from './log-cursor.js';
import { LogQuestions } from './log-questions.js';
import { LogReaders } from './log-readers.js';
import type { LogPageView, SearchLogs } from './log-search.schema.js';
import { questionDigest } from './question-digest.js';
import { readLines } from './read-lines.js';
import { toLogLine } from './to-log-line.js';

/** Finds lines, page by page. */
@Injectable()
export class LogSearchService {
  constructor(
    private readonly readers: LogReaders,
    private readonly questions: LogQuestions,
    private readonly answers: LogAnswers,
    private readonly hits: LimitHits,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logsAnswerMaxBytes'>,
  ) {}

  /** @throws ProblemError 400 over a limit or for a cursor of another question, 422 too slow, 429 too many queries */
  async search({ limit, cursor, ...question }: SearchLogs, asked: Asked): Promise<LogPageView> {
    const filter = this.questions.filter(question, asked);
    const digest = questionDigest(question);
    const begun = cursor === undefined ? undefined : placeInCursor(cursor, digest, asked.pointerTo('cursor'));
    const span = begun
      ? this.questions.requireSpan(begun.span, asked.pointerTo('cursor'))
      : this.questions.span(question, asked);
    const search = { filter, span, order: question.order, limit, ...(begun ? { after: begun.place } : {}) };
    const { logsAnswerMaxBytes: maxBytes } = this.config;
    return this.answers.give(filter, span, asked.signal, async (signal) => {
      const { reader, source } = await this.readers.choose(filter, span, begun?.place, signal);
      const { lines, hasMore, isCut, lost } = await readLines(reader, search, maxBytes, signal);
      if (isCut) this.hits.cut('LOGS_ANSWER_MAX_BYTES');
      const last = lines.at(-1);
      const answer = {
        items: lines.map(toLogLine),
        ...(hasMore && last ? { nextCursor: logCursor(digest, { place: last.place, span }) } : {}),
        from: isoOfNs(span.fromNs),
        to: isoOfNs(span.toNs),
        truncated: isCut,
        ...(isCut
          ? { truncatedBecause: `More lines would be more than ${maxBytes} bytes (LOGS_ANSWER_MAX_BYTES).` }
          : {}),
      };
      return { answer, lost, source };
    });
  }
}
