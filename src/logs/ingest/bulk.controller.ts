import { Controller, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../../auth/caller.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { BulkAnswerBody, BulkQuery, IndexPath } from './bulk.schema.js';
import { parseFilterPath } from './core/filter-path.js';
import { ForShippers } from './for-shippers.js';
import { IngestGate } from './ingest-gate.js';
import { LogIngest } from './log-ingest.service.js';
import { readBulkBody } from './read-bulk-body.js';

const description =
  "Elasticsearch's bulk API for log shippers: NDJSON, `create` and `index`, gzip or not. Each item is answered for itself; what is answered as stored is on disk.";
const declared = {
  description,
  answer: BulkAnswerBody,
  readsBody: true,
  errors: ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'],
} as const;

/** Where shippers send lines. */
@Controller()
export class BulkController {
  constructor(
    private readonly gate: IngestGate,
    private readonly ingest: LogIngest,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logIngestMaxBodyBytes'>,
  ) {}

  @Post('_bulk')
  @ForShippers({ ...declared, id: 'bulk', summary: 'Store log lines' })
  bulk(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query({ schema: BulkQuery }) query: BulkQuery,
  ): Promise<object> {
    return this.take(request, reply, query);
  }

  @Post(':index/_bulk')
  @ForShippers({ ...declared, id: 'bulkIndex', summary: 'Store log lines whose items name no index' })
  bulkIndex(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param({ schema: IndexPath }) { index }: IndexPath,
    @Query({ schema: BulkQuery }) query: BulkQuery,
  ): Promise<object> {
    return this.take(request, reply, query, index);
  }

  private async take(request: FastifyRequest, reply: FastifyReply, query: BulkQuery, index?: string): Promise<object> {
    const { answer, retryAfterMs } = await this.gate.run(async () =>
      this.ingest.take(await readBulkBody(request.raw, this.config.logIngestMaxBodyBytes), callerOf(request), index),
    );
    if (retryAfterMs !== undefined) void reply.header('retry-after', String(Math.ceil(retryAfterMs / 1000)));
    if (query.filter_path !== undefined)
      return parseFilterPath(query.filter_path)(JSON.parse(answer.toString()) as object);
    void reply.header('content-type', 'application/json; charset=utf-8');
    return answer;
  }
}
