import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type EventSource, EventStreams } from '../platform/http/event-stream.js';
import { CallerWatch } from './caller-watch.js';

/** Opens Server-Sent Event streams that last as long as their caller may have them: what every route that streams uses. */
@Injectable()
export class CallerStreams {
  constructor(
    private readonly streams: EventStreams,
    private readonly callers: CallerWatch,
  ) {}

  /**
   * As `EventStreams.open`; the source's signal is also aborted soon after the caller's token has expired, was revoked, or shows other namespaces.
   * @throws ProblemError 429 while too many streams are open
   */
  open(source: EventSource, request: FastifyRequest, reply: Pick<FastifyReply, 'raw'>): Readable {
    const { callers } = this;
    const whileAllowed: EventSource = async function* events(signal) {
      yield* source(AbortSignal.any([signal, callers.ended(request, signal)]));
    };
    return this.streams.open(whileAllowed, reply.raw);
  }
}
