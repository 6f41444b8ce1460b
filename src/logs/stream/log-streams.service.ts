import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Asked } from '../../auth/asked.js';
import { CallerStreams } from '../../auth/caller-streams.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { ProblemError } from '../../platform/errors.js';
import type { StreamLogs } from './log-stream.schema.js';
import { LogStreamSource } from './log-stream-source.js';

/** What a stream needs of HTTP. */
export interface StreamCall {
  readonly asked: Asked;
  readonly request: FastifyRequest;
  readonly reply: Pick<FastifyReply, 'raw'>;
}

/** Sends followers their lines: so many of them at once, and each as long as its token is good. */
@Injectable()
export class LogStreams {
  private open = 0;

  constructor(
    private readonly source: LogStreamSource,
    private readonly streams: CallerStreams,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logsStreamMaxClients'>,
  ) {}

  /** @throws ProblemError 400, 422, 429 when too many follow */
  async follow(query: StreamLogs, { asked, request, reply }: StreamCall): Promise<Readable> {
    this.enter();
    let isHandedOver = false;
    try {
      const lastEventId = request.headers['last-event-id'];
      const source = await this.source.prepare(
        query,
        asked,
        lastEventId === undefined ? undefined : String(lastEventId),
      );
      const stream = this.streams.open(source, request, reply);
      isHandedOver = true;
      stream.once('close', () => (this.open -= 1));
      return stream;
    } finally {
      if (!isHandedOver) this.open -= 1;
    }
  }

  private enter(): void {
    const { logsStreamMaxClients: most } = this.config;
    if (this.open >= most)
      throw new ProblemError('RATE_LIMITED', `${most} clients follow logs (LOGS_STREAM_MAX_CLIENTS), no more can.`, {
        retryAfterSeconds: 15,
        limit: 'LOGS_STREAM_MAX_CLIENTS',
      });
    this.open += 1;
  }
}
