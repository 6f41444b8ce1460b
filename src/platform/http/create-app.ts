import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../config.js';
import { Log } from '../log.js';
import { NestLog } from '../nest-log.js';
import { OwnMetrics } from '../own-metrics.js';
import { ProblemFilter } from './problem.filter.js';
import { SchemaPipe } from './schema.pipe.js';

/** Key pair for HTTPS; absent for plain HTTP. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
}

const REQUEST_ID = /^[\w.-]{1,100}$/;

/** The HTTP application: Nest on Fastify with request ids, problem documents, parsed input and own metrics. It does not listen yet. */
export async function createApp(
  root: DynamicModule,
  config: Pick<Config, 'maxBodyBytes'>,
  log: Log,
  tls?: ServerTls,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: config.maxBodyBytes,
    genReqId: ({ headers }: IncomingMessage) => requestIdFrom(headers['x-request-id']),
    requestTimeout: 60_000,
    routerOptions: { maxParamLength: 512 },
    forceCloseConnections: 'idle',
    ...(tls ? { https: { cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' as const } } : {}),
  });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLog(log),
    abortOnError: false,
    bufferLogs: false,
  });
  app.useGlobalPipes(new SchemaPipe());
  app.useGlobalFilters(new ProblemFilter(log));
  observe(app, app.get(OwnMetrics));
  return app;
}

/** A client's request id is kept when it is harmless; otherwise one is made. */
function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && REQUEST_ID.test(header) ? header : randomUUID();
}

/** Answers every request with its id and secure headers, and counts it. */
function observe(app: NestFastifyApplication, metrics: OwnMetrics): void {
  const requests = metrics.histogram('http_request_duration_seconds', 'How long HTTP requests took.', [
    'method',
    'route',
    'status',
  ]);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply
      .header('x-request-id', request.id)
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-store');
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    requests.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });
}
