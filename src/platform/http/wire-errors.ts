import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS, ProblemError } from '../errors.js';
import { problemAnswer, sendProblem } from './problem.filter.js';

/** How long one part of a path, such as an object's name, may be. */
export const MAX_PATH_PART_LENGTH = 512;

/** Answers what Fastify's router refuses before any hook runs: a path that is no URL, or a part of it that is too long. */
export function answerRouterError(
  error: { readonly code?: string },
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const problem =
    error.code === 'FST_ERR_MAX_PARAM_LENGTH'
      ? new ProblemError('URI_TOO_LONG', `A part of the path is longer than ${MAX_PATH_PART_LENGTH} characters.`)
      : new ProblemError(
          'INVALID_INPUT',
          'The path is not a valid URL: a % stands before two hexadecimal digits, and what they come to is UTF-8.',
        );
  void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
  sendProblem(reply, problem, request.id);
}

/** Answers what Node's parser refuses before there is a request: broken or too large headers, a client that is too slow. Then the connection is closed. */
export function answerParserError(error: { readonly code?: string }, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && !socket.destroyed && socket.writable)
    socket.write(wireAnswer(parserProblem(error)));
  socket.destroy();
}

function parserProblem({ code }: { readonly code?: string }): ProblemError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new ProblemError('HEADERS_TOO_LARGE', 'The headers are larger than 16 KiB.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ProblemError('REQUEST_TIMEOUT', 'The request did not come in time.');
  return new ProblemError('INVALID_INPUT', 'The request is not valid HTTP/1.1.');
}

function wireAnswer(problem: ProblemError): string {
  const requestId = randomUUID();
  const { status, headers, body } = problemAnswer(problem, requestId);
  const all = { ...headers, 'x-request-id': requestId, 'content-length': String(body.length), connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${PROBLEMS[problem.code].title}\r\n${lines.join('')}\r\n${body.toString()}`;
}
