import { Controller, Get, Headers, Query, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Operation } from '../platform/http/operation.js';
import { EXPORT_EXAMPLES, ExportMetrics } from './metric-export.schema.js';
import { AskedBy, type Asked } from '../auth/asked.js';
import { type AcceptHeaders, MetricExportFile } from './query/metric-export-file.js';
import { QUESTION_ERRORS, READ_METRICS, WHO_SEES } from './query/read-metrics.js';

/** Metrics as files. */
@Controller('api/v1/metrics/export')
export class MetricExportController {
  constructor(private readonly files: MetricExportFile) {}

  @Get()
  @Operation({
    ...READ_METRICS,
    id: 'exportMetrics',
    summary: 'Metrics over time as a file: CSV, NDJSON or OpenMetrics',
    description: `Streamed; gzip by \`Accept-Encoding\`. A file that is cut off in the middle broke: its connection ends without its last chunk. The header \`Quartermaster-Notes\` is there when samples of the span are lost with damaged files of the store or nodes were missing, and says so. ${WHO_SEES}`,
    produces: EXPORT_EXAMPLES,
    errors: [...QUESTION_ERRORS, 'NOT_ACCEPTABLE'],
  })
  export(
    @Query({ schema: ExportMetrics }) query: ExportMetrics,
    @AskedBy('query') asked: Asked,
    @Headers() headers: AcceptHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return this.files.send(query, asked, headers, reply);
  }
}
