import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS, ProblemError, type ProblemCode } from '../errors.js';
import { LimitHits } from '../limit-hits.js';
import { Log } from '../log.js';
import type { ErrorShape } from './error-shape.js';

const BY_STATUS = new Map<number, ProblemCode>(
  (Object.entries(PROBLEMS) as [ProblemCode, { status: number }][]).map(([code, { status }]) => [status, code]),
);

/** Turns whatever a route throws into a problem document. What is not meant for clients becomes a 500 that shows nothing. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: Log,
    private readonly limits: LimitHits,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const problem = toProblem(error, request);
    this.limits.failed(problem);
    if (problem.code === 'INTERNAL')
      this.log.error('Request failed', { requestId: request.id, path: request.routeOptions.url, error });
    const reply = http.getResponse<FastifyReply>();
    if (reply.raw.headersSent) {
      reply.raw.destroy(); // a stream that broke off half-way must not look like a whole answer
      return;
    }
    sendProblem(reply, problem, request.id, request.routeOptions.config.operation?.errorShape);
  }
}

/** Writes a problem document as the answer. */
export function sendProblem(reply: FastifyReply, problem: ProblemError, requestId: string, shape?: ErrorShape): void {
  const { status, headers, body } = problemAnswer(problem, requestId, shape);
  void reply.status(status).headers(headers).send(body);
}

/** An error as an answer: a problem document, or in the shape of the route's protocol. Its body is bytes: to a text Fastify would add a charset, which this media type does not have. */
export function problemAnswer(
  problem: ProblemError,
  requestId: string,
  shape?: ErrorShape,
): { readonly status: number; readonly headers: Record<string, string>; readonly body: Buffer } {
  const { status } = PROBLEMS[problem.code];
  const { retryAfterSeconds } = problem.extra;
  return {
    status,
    headers: {
      'content-type': shape?.mediaType ?? 'application/problem+json',
      ...shape?.headers,
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
    body: Buffer.from(JSON.stringify(shape?.body(problem, requestId) ?? documentOf(problem, requestId))),
  };
}

function documentOf({ code, detail, extra: { errors } }: ProblemError, requestId: string): object {
  const { status, title } = PROBLEMS[code];
  return {
    type: `urn:quartermaster:problem:${code}`,
    title,
    status,
    detail,
    code,
    requestId,
    ...(errors ? { errors } : {}),
  };
}

/** The problem that a client sees for an error: Nest's and Fastify's own keep their status, everything unknown is INTERNAL. */
export function toProblem(error: unknown, request: FastifyRequest): ProblemError {
  if (error instanceof ProblemError) return error;
  const status = statusOf(error);
  if (status === 404)
    return new ProblemError('NOT_FOUND', `There is no ${request.method} ${request.url.split('?')[0]}.`);
  const code = status === undefined ? undefined : BY_STATUS.get(status);
  if (code === undefined || code === 'INTERNAL' || !(error instanceof Error)) {
    return new ProblemError('INTERNAL', 'The request failed; the log has the reason under this request id.', {
      cause: error,
    });
  }
  const detail = code === 'PAYLOAD_TOO_LARGE' ? tooLarge(request) : error.message;
  return new ProblemError(code, detail, { cause: error });
}

function tooLarge({ routeOptions: { bodyLimit, config } }: FastifyRequest): string {
  const isOfAll = config.operation?.bodyLimit === undefined;
  return `The body is larger than the ${String(bodyLimit)} bytes that are allowed here${isOfAll ? ' (MAX_BODY)' : ''}.`;
}

/**
 * The status that an error of Nest's, Fastify's or of a client that went away in the middle asks for. Errors of other origin bear the status of another
 * server's answer (InfluxDB's client does so): that is none of ours.
 */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const { code, expose, statusCode } = (error ?? {}) as { code?: unknown; expose?: unknown; statusCode?: unknown };
  const isAboutRequest = expose === true || (typeof code === 'string' && /^(FST_|ECONNRESET$)/.test(code));
  return typeof statusCode === 'number' && isAboutRequest ? statusCode : undefined;
}
