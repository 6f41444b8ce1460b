import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { UnrecoverableJobError } from '../../jobs/job-errors.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { ProblemError } from '../../platform/errors.js';
import { toFilter } from '../core/query/to-filter.js';
import { filterFields, wishOf } from '../query/filter-fields.js';
import { LogReaders } from '../query/log-readers.js';
import type { LogSearch } from '../store/log-store.port.js';
import { exportChunks } from './export-chunks.js';
import { LINE_WRITERS } from './line-writers.js';
import { ExportTooLargeError, LogExportFiles } from './log-export-files.port.js';
import { requireWhole } from './require-whole.js';

const Question = z.strictObject(filterFields);

/** Writes an export to its file; done again it is written anew. */
@HandlesJob('logs.export')
@Injectable()
export class LogExportRunProcessor implements JobHandler<'logs.export'> {
  constructor(
    private readonly readers: LogReaders,
    private readonly files: LogExportFiles,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logsExportFileMaxBytes'>,
  ) {}

  async handle(payload: PayloadOf<'logs.export'>, context: JobContext): Promise<{ lines: number; bytes: number }> {
    if (context.runId === undefined) throw new Error('logs.export keeps a run');
    const { question, namespaces, fromNs, toNs, order, format } = payload;
    const search: LogSearch = {
      filter: toFilter(wishOf(Question.parse(question)), namespaces),
      span: { fromNs: BigInt(fromNs), toNs: BigInt(toNs) },
      order,
      limit: Number.MAX_SAFE_INTEGER,
    };
    let lines = 0;
    const chosen = await this.readers.choose(search.filter, search.span, undefined, context.signal);
    async function* texts(): AsyncGenerator<string> {
      for await (const chunk of exportChunks(chosen.reader, search, LINE_WRITERS[format], context.signal)) {
        context.signal.throwIfAborted();
        lines += chunk.lines;
        context.progress(lines);
        yield chunk.text;
      }
    }
    try {
      await requireWhole(chosen, search, context.signal);
      const bytes = await this.files.write(context.runId, texts(), this.config.logsExportFileMaxBytes);
      return { lines, bytes };
    } catch (error) {
      if (error instanceof ExportTooLargeError)
        throw new UnrecoverableJobError(`${error.message} (LOGS_EXPORT_FILE_MAX_BYTES): ask for fewer lines`);
      if (error instanceof ProblemError && error.code === 'UNPROCESSABLE')
        throw new UnrecoverableJobError(error.detail);
      throw error;
    }
  }
}
