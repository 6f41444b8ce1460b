import { Controller, Get, Headers, Query, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AskedBy, type Asked } from '../../auth/asked.js';
import { Operation } from '../../platform/http/operation.js';
import { LOG_QUESTION_ERRORS, READ_LOGS, WHO_SEES_LOGS } from '../query/read-logs.js';
import { type ExportHeaders, LogExportAnswer } from './log-export-answer.js';
import { ExportLogs, LOG_EXPORT_EXAMPLES } from './log-export.schema.js';

/** Logs as files. */
@Controller('api/v1/logs/export')
export class LogExportController {
  constructor(private readonly answers: LogExportAnswer) {}

  @Get()
  @Operation({
    ...READ_LOGS,
    id: 'exportLogs',
    summary: 'Lines that match as a file: NDJSON, CSV or text',
    description: `Streamed; gzip by \`Accept-Encoding\`. A file that is cut off in the middle broke: its connection ends without its last chunk. Cells that a spreadsheet would take for formulas get an apostrophe; in text, control characters are written out and further lines of a message begin with a tab. ${WHO_SEES_LOGS}`,
    produces: LOG_EXPORT_EXAMPLES,
    errors: [...LOG_QUESTION_ERRORS, 'NOT_ACCEPTABLE'],
  })
  export(
    @Query({ schema: ExportLogs }) query: ExportLogs,
    @AskedBy('query') asked: Asked,
    @Headers() headers: ExportHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return this.answers.send(query, asked, headers, reply);
  }
}
