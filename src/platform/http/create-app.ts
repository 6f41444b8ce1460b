import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../config.js';
import { LimitHits } from '../limit-hits.js';
import { Log } from '../log.js';
import { NestLog } from '../nest-log.js';
import { OwnMetrics } from '../own-metrics.js';
import { answerUnrouted } from './answer-unrouted.js';
import { limitDepth } from './limit-depth.js';
import { NoQueryInterceptor } from './no-query.interceptor.js';
import { ProblemFilter } from './problem.filter.js';
import { SchemaPipe } from './schema.pipe.js';
import { answerParserError, answerRouterError, MAX_PATH_PART_LENGTH } from './wire-errors.js';

/** Key pair for HTTPS; absent for plain HTTP. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
}

/** A client that sends its headers more slowly than this, or its whole request, is cut off; so is a connection on which nothing moves. */
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** On top of the time that a query may take. */
const IDLE_CONNECTION_MS = 60_000;

const REQUEST_ID = /^[\w.-]{1,100}$/;

/** The HTTP application: Nest on Fastify with request ids, problem documents, parsed input and own metrics. It does not listen yet. */
export async function createApp(
  root: DynamicModule,
  config: Pick<
    Config,
    'maxBodyBytes' | 'agentMaxBodyBytes' | 'maxConnections' | 'queryTimeoutMs' | 'logsQueryTimeoutMs'
  >,
  log: Log,
  tls?: ServerTls,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: config.maxBodyBytes,
    genReqId: ({ headers }: IncomingMessage) => requestIdFrom(headers['x-request-id']),
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: Math.max(config.queryTimeoutMs, config.logsQueryTimeoutMs) + IDLE_CONNECTION_MS,
    routerOptions: { maxParamLength: MAX_PATH_PART_LENGTH },
    frameworkErrors: answerRouterError,
    clientErrorHandler: answerParserError,
    forceCloseConnections: 'idle',
    ...serverOptions(tls),
  });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLog(log),
    abortOnError: false,
    bufferLogs: false,
  });
  app.useGlobalInterceptors(new NoQueryInterceptor());
  app.useGlobalPipes(new SchemaPipe());
  app.useGlobalFilters(new ProblemFilter(log, app.get(LimitHits)));
  app.getHttpServer().maxConnections = config.maxConnections;
  limitBodies(app, config);
  leaveBodies(app);
  answerUnrouted(app);
  observe(app, app.get(OwnMetrics));
  return app;
}

function serverOptions(tls: ServerTls | undefined) {
  const headersTimeout = HEADERS_TIMEOUT_MS;
  if (!tls) return { http: { headersTimeout } };
  return { https: { headersTimeout, cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' as const } };
}

/** A client's request id is kept when it is harmless; otherwise one is made. */
function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && REQUEST_ID.test(header) ? header : randomUUID();
}

/** Gives the routes that declare a limit of their own for bodies that limit. */
function limitBodies(app: NestFastifyApplication, config: Pick<Config, 'agentMaxBodyBytes'>): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', (route) => {
    const limit = route.config?.operation?.bodyLimit;
    if (limit) route.bodyLimit = limit(config);
  });
}

/** The media type under which bodies are left to the handlers of routes that read them by themselves. */
const UNREAD = 'application/vnd.quartermaster.unread';

/** Leaves the bodies of routes that say so (`readsBody`) unread and unparsed. */
function leaveBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addContentTypeParser(UNREAD, (_request, _payload, done) => done(null));
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.config.operation?.readsBody) request.headers['content-type'] = UNREAD;
    done();
  });
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
      .header('content-security-policy', "frame-ancestors 'none'")
      .header('referrer-policy', 'same-origin')
      .header('cache-control', 'no-store');
    done();
  });
  fastify.addHook('preValidation', (request, _reply, done) => {
    limitDepth(request.body);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    requests.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });
}
