import type { Readable } from 'node:stream';
import { Controller, Get, Header, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AskedBy, type Asked } from '../../auth/asked.js';
import { eventText } from '../../platform/http/event-stream.js';
import { Operation } from '../../platform/http/operation.js';
import { LOG_QUESTION_ERRORS, READ_LOGS, WHO_SEES_LOGS } from '../query/read-logs.js';
import { EXAMPLE_LINE } from '../query/example-line.js';
import { StreamLogs } from './log-stream.schema.js';
import { LogStreams } from './log-streams.service.js';

const LINE = eventText({
  id: 'WyJtWVJIUkNDcnc3WjNKT2hTIiwiZGJhOTBmNWMuMTIxNDIiXQ',
  event: 'line',
  data: EXAMPLE_LINE,
});

/** Lines as they arrive. */
@Controller('api/v1/logs/stream')
export class LogStreamController {
  constructor(private readonly streams: LogStreams) {}

  @Get()
  @Header('content-type', 'text/event-stream; charset=utf-8')
  @Header('x-accel-buffering', 'no')
  @Operation({
    ...READ_LOGS,
    id: 'streamLogs',
    summary: 'Lines that match as they arrive, as Server-Sent Events',
    description: `First the newest stored lines (\`tail\`), oldest first, then what arrives, each line once: an event \`line\` holds one (\`LogLine\`). Come back with \`Last-Event-ID\` and the same parameters: the stream goes on without gap or repeat. At most \`LOGS_STREAM_LINES_PER_SECOND\` new lines a second are sent; an event \`skipped\` says how many were not (\`lines\`). Of one pod that is not collected lines are read from the cluster each second, which an event \`source\` says. A comment is sent every 15 seconds; a reader that takes nothing for 15 seconds is dropped, and a stream ends after 15 minutes, or when its token expires, is revoked or may see other namespaces. ${WHO_SEES_LOGS}`,
    produces: { 'text/event-stream': LINE },
    errors: LOG_QUESTION_ERRORS,
  })
  stream(
    @Query({ schema: StreamLogs }) query: StreamLogs,
    @AskedBy('query') asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    return this.streams.follow(query, { asked, request, reply });
  }
}
