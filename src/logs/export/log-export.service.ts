import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { Asked } from '../../auth/asked.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { invalidInput, ProblemError } from '../../platform/errors.js';
import { LimitHits } from '../../platform/limit-hits.js';
import { openGated } from '../../platform/open-gated.js';
import { LogQuestions } from '../query/log-questions.js';
import { type ChosenReader, LogReaders } from '../query/log-readers.js';
import type { LogSearch } from '../store/log-store.port.js';
import { exportChunks } from './export-chunks.js';
import { LINE_WRITERS } from './line-writers.js';
import { LogExportGate } from './log-export-gate.js';
import type { ExportLogs, LogExportFormat } from './log-export.schema.js';
import { requireWhole } from './require-whole.js';

/** Writes lines as a file, page by page as the reader takes them. What is wrong is said before the first byte; what breaks later breaks the connection. */
@Injectable()
export class LogExportService {
  constructor(
    private readonly readers: LogReaders,
    private readonly questions: LogQuestions,
    private readonly gate: LogExportGate,
    private readonly hits: LimitHits,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logsExportMaxLines'>,
  ) {}

  /**
   * The export as text. It holds one place of the gate until its reader has it whole or leaves it.
   * @throws ProblemError 400 over a limit, 422 more lines than may be waited for, or too slow, 429 too many exports
   */
  async open(
    { limit, order, format: _asked, ...query }: ExportLogs,
    format: LogExportFormat,
    asked: Asked,
  ): Promise<Readable> {
    const { logsExportMaxLines: most } = this.config;
    if (limit !== undefined && limit > most)
      throw invalidInput(
        asked.pointerTo('limit'),
        `must be at most ${most} (LOGS_EXPORT_MAX_LINES)`,
        'LOGS_EXPORT_MAX_LINES',
      );
    const filter = this.questions.filter(query, asked);
    const span = this.questions.span(query, asked);
    return openGated({
      gate: this.gate,
      client: asked.signal,
      chunksOf: async (signal) => {
        const chosen = await this.readers.choose(filter, span, undefined, signal);
        const search = { filter, span, order, limit: limit ?? most };
        if (limit === undefined) await this.requireFew(chosen, search, signal);
        await requireWhole(chosen, search, signal);
        return this.texts(chosen, search, format, signal);
      },
      onBreak: (error) => this.hits.failed(error),
    });
  }

  private async *texts(
    { reader }: ChosenReader,
    search: LogSearch,
    format: LogExportFormat,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    for await (const { text } of exportChunks(reader, search, LINE_WRITERS[format], signal)) yield text;
  }

  /** An export that would end before its last line is none: it is counted before. */
  private async requireFew(
    { reader }: ChosenReader,
    { filter, span, limit }: LogSearch,
    signal: AbortSignal,
  ): Promise<void> {
    const { counts } = await reader.histogram({ filter, span, stepNs: span.toNs, maxValues: 1 }, signal);
    const lines = counts.reduce((sum, count) => sum + count.lines, 0);
    if (lines <= limit) return;
    throw new ProblemError(
      'UNPROCESSABLE',
      `There are ${lines} lines, at most ${limit} are exported while you wait (LOGS_EXPORT_MAX_LINES): ask for fewer (limit, from, to), or have a file written by POST /api/v1/logs/exports.`,
      { limit: 'LOGS_EXPORT_MAX_LINES' },
    );
  }
}
