import { Injectable, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ProblemError } from '../../platform/errors.js';
import { fileAnswer } from '../../platform/http/file-answer.js';
import { EXPORT_TYPES, type ExportFormat, type ExportMetrics } from '../metric-export.schema.js';
import type { Asked } from '../../auth/asked.js';
import { chooseExportFormat } from './choose-export-format.js';
import { MetricExportService } from './metric-export.service.js';

export interface AcceptHeaders {
  readonly accept?: string;
  readonly 'accept-encoding'?: string;
}

const PARAMETERS: Readonly<Record<ExportFormat, string>> = {
  csv: '; charset=utf-8; header=present',
  ndjson: '',
  openmetrics: '; version=1.0.0; charset=utf-8',
};
const ENDINGS: Readonly<Record<ExportFormat, string>> = { csv: 'csv', ndjson: 'ndjson', openmetrics: 'txt' };

/** An export as a file over HTTP: its format, its name, its compression, and in the header `Quartermaster-Notes` what is missing from it. */
@Injectable()
export class MetricExportFile {
  constructor(private readonly exports: MetricExportService) {}

  /** @throws ProblemError 406 when no format is acceptable, and as `MetricExportService.open` */
  async send(
    query: ExportMetrics,
    asked: Asked,
    headers: AcceptHeaders,
    reply: Pick<FastifyReply, 'header' | 'raw'>,
  ): Promise<StreamableFile> {
    const format = query.format ?? requireFormat(headers.accept);
    const { text, notes } = await this.exports.open(query, format, asked);
    if (notes.length > 0) void reply.header('quartermaster-notes', notes.join(' '));
    const answer = {
      contentType: `${EXPORT_TYPES[format]}${PARAMETERS[format]}`,
      fileName: `metrics.${ENDINGS[format]}`,
      acceptEncoding: headers['accept-encoding'],
    };
    return fileAnswer(text, answer, reply);
  }
}

function requireFormat(accept: string | undefined): ExportFormat {
  const chosen = chooseExportFormat(accept);
  if (chosen) return chosen;
  throw new ProblemError('NOT_ACCEPTABLE', `There are ${Object.values(EXPORT_TYPES).join(', ')}.`);
}
