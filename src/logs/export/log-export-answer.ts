import { Injectable, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Asked } from '../../auth/asked.js';
import { chooseMediaType } from '../../core/choose-media-type.js';
import { ProblemError } from '../../platform/errors.js';
import { fileAnswer } from '../../platform/http/file-answer.js';
import {
  type ExportLogs,
  LOG_EXPORT_ENDINGS,
  LOG_EXPORT_FORMATS,
  LOG_EXPORT_TYPES,
  type LogExportFormat,
} from './log-export.schema.js';
import { LogExportService } from './log-export.service.js';

export interface ExportHeaders {
  readonly accept?: string;
  readonly 'accept-encoding'?: string;
}

/** An export as a file over HTTP: its format, its name, its compression. */
@Injectable()
export class LogExportAnswer {
  constructor(private readonly exports: LogExportService) {}

  /** @throws ProblemError 406 when no format is acceptable, and as `LogExportService.open` */
  async send(
    query: ExportLogs,
    asked: Asked,
    headers: ExportHeaders,
    reply: Pick<FastifyReply, 'header' | 'raw'>,
  ): Promise<StreamableFile> {
    const format = query.format ?? requireFormat(headers.accept);
    const stream = await this.exports.open(query, format, asked);
    const answer = {
      contentType: `${LOG_EXPORT_TYPES[format]}; charset=utf-8`,
      fileName: `logs.${LOG_EXPORT_ENDINGS[format]}`,
      acceptEncoding: headers['accept-encoding'],
    };
    return fileAnswer(stream, answer, reply);
  }
}

function requireFormat(accept: string | undefined): LogExportFormat {
  const types = LOG_EXPORT_FORMATS.map((format) => LOG_EXPORT_TYPES[format]);
  const type = chooseMediaType(accept, types);
  const format = LOG_EXPORT_FORMATS.find((one) => LOG_EXPORT_TYPES[one] === type);
  if (format) return format;
  throw new ProblemError('NOT_ACCEPTABLE', `There are ${types.join(', ')}.`);
}
