import { Body, Controller, Get, Param, Post, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AskedBy, type Asked } from '../../auth/asked.js';
import { CurrentCaller, type Caller } from '../../auth/caller.js';
import { Operation } from '../../platform/http/operation.js';
import { READ_LOGS, WHO_SEES_LOGS } from '../query/read-logs.js';
import { LogExportBody, LogExportPath, LogExportView } from './log-export-run.schema.js';
import { LogExportRuns } from './log-export-runs.service.js';
import { LOG_EXPORT_ENDINGS, LOG_EXPORT_EXAMPLES } from './log-export.schema.js';

/** Exports that are too large to wait for. */
@Controller('api/v1/logs/exports')
export class LogExportRunsController {
  constructor(private readonly exports: LogExportRuns) {}

  @Post()
  @Operation({
    ...READ_LOGS,
    id: 'createLogExport',
    summary: 'Have lines written to a file by a run',
    description: `For more lines than \`exportLogs\` gives. The answer's \`Location\` tells how far it is. ${WHO_SEES_LOGS}`,
    verb: 'create',
    status: 202,
    answer: LogExportView,
  })
  async create(
    @Body({ schema: LogExportBody }) body: LogExportBody,
    @AskedBy('body') asked: Asked,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LogExportView> {
    return accepted(await this.exports.start(body, asked), reply);
  }

  @Get(':export')
  @Operation({
    ...READ_LOGS,
    id: 'getLogExport',
    summary: 'How far an export of yours is',
    verb: 'get',
    answer: LogExportView,
    errors: ['NOT_FOUND'],
  })
  get(
    @Param({ schema: LogExportPath }) { export: id }: LogExportPath,
    @CurrentCaller() caller: Caller,
  ): Promise<LogExportView> {
    return this.exports.get(id, caller);
  }

  @Get(':export/file')
  @Operation({
    ...READ_LOGS,
    id: 'downloadLogExport',
    summary: 'The file of an export of yours, gzipped',
    description: 'Kept for `LOGS_EXPORT_FILE_RETENTION`. The example is what a file holds once it is unpacked.',
    verb: 'get',
    produces: { 'application/gzip': LOG_EXPORT_EXAMPLES['application/x-ndjson'] },
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async download(
    @Param({ schema: LogExportPath }) { export: id }: LogExportPath,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { stream, bytes, format } = await this.exports.open(id, caller);
    reply.raw.once('close', () => stream.destroy());
    const disposition = `attachment; filename="logs.${LOG_EXPORT_ENDINGS[format]}.gz"`;
    return new StreamableFile(stream, { type: 'application/gzip', disposition, length: bytes });
  }
}

/** Tells where the export is. */
function accepted(view: LogExportView, reply: FastifyReply): LogExportView {
  void reply.header('location', `/api/v1/logs/exports/${view.id}`);
  return view;
}
