import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS, ProblemError } from '../platform/errors.js';
import { problemAnswer } from '../platform/http/problem.filter.js';
import type { OperationRole } from '../platform/http/operation.js';
import { Log } from '../platform/log.js';
import { AuditTrail } from './audit-trail.js';
import { Authenticator, isPage } from './authenticator.js';
import { Authorizer } from './authorizer.js';
import { FailureLimiter } from './failure-limiter.js';
import { plainOperation } from './plain-routes.js';

/** What the hooks ask. */
interface AuthParts {
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly limiter: FailureLimiter;
  readonly trail: AuditTrail;
  readonly log: Log;
}

/**
 * Puts authentication before everything that Fastify serves, routes of Nest, plain ones and unknown paths alike, and before a body is read;
 * and the audit trail before every answer. Call it before `app.init()`. The rights of Nest's routes are decided by the `AuthGuard`; a plain
 * route that `plainOperation` does not know is refused.
 */
export function installAuth(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const parts: AuthParts = {
    authenticator: app.get(Authenticator),
    authorizer: app.get(Authorizer),
    limiter: app.get(FailureLimiter),
    trail: app.get(AuditTrail),
    log: app.get(Log),
  };
  fastify.addHook('onRequest', async (request, reply) => {
    const declared = request.routeOptions.config.operation;
    if (declared?.role === 'anyone') {
      request.audit = { operation: declared };
      return;
    }
    const plain = request.is404 ? undefined : plainOperation(request.method, request.routeOptions.url);
    const operation = declared ?? plain;
    if (operation) request.audit = { operation };
    if (!(await enter(parts, request, reply, operation?.role)) || request.is404) return;
    if (!operation) {
      parts.log.error('A route declares no operation, so nobody may call it', { route: request.routeOptions.url });
      throw new ProblemError('FORBIDDEN', 'This caller may not do that.');
    }
    if (plain) {
      request.caller = await parts.authorizer.authorize(request, plain);
      await parts.trail.begin(request, plain);
    }
  });
  fastify.addHook('onSend', (request, reply, payload) => audited(parts.trail, request, reply, payload));
}

/** Puts the caller on the request. False when the answer is on its way already: a browser is sent to the log-in. */
async function enter(
  parts: AuthParts,
  request: FastifyRequest,
  reply: FastifyReply,
  role: OperationRole | undefined,
): Promise<boolean> {
  const { authenticator } = parts;
  const known = await authenticator.authenticate(request, role);
  request.audit = { ...request.audit, presented: known.caller !== undefined || known.presented };
  if (known.caller) {
    request.caller = known.caller;
    return true;
  }
  if (request.method === 'GET' && isPage(request.url) && acceptsHtml(request)) {
    await reply.redirect(`/login?next=${encodeURIComponent(request.url.split('?')[0] ?? '/docs')}`, 302);
    return false;
  }
  if (known.presented) {
    parts.limiter.refuseTooMany(request.ip); // before the line in the log: a flood must not fill that
    parts.log.info('Refused a stranger', { requestId: request.id, address: request.ip, because: known.because });
  }
  throw new ProblemError('UNAUTHENTICATED', 'Send a valid token: Authorization: Bearer <token>.');
}

function acceptsHtml(request: FastifyRequest): boolean {
  return /(^|[,\s])text\/html\b/.test(request.headers.accept ?? '');
}

/** Writes the audit row; when that fails, the answer becomes a 503 that says so, and nothing of the former answer goes out. */
async function audited(
  trail: AuditTrail,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  const code = codeIn(reply, payload);
  try {
    await trail.close(request, { status: reply.statusCode, ...(code === undefined ? {} : { code }) });
    return payload;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (typeof payload === 'object' && payload !== null && 'destroy' in payload)
      (payload as { destroy(): void }).destroy();
    for (const header of ['set-cookie', 'location', 'content-length', 'content-encoding', 'etag'])
      reply.removeHeader(header);
    const { body, headers, status } = problemAnswer(
      error,
      request.id,
      request.routeOptions.config.operation?.errorShape,
    );
    void reply.status(status).headers(headers);
    return body;
  }
}

/** The code of the problem document that is about to be sent. */
function codeIn(reply: FastifyReply, payload: unknown): string | undefined {
  const type = String(reply.getHeader('content-type'));
  if (!type.startsWith('application/problem+json')) return undefined;
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return undefined;
  const { code } = JSON.parse(payload.toString()) as { code?: unknown };
  return typeof code === 'string' && Object.hasOwn(PROBLEMS, code) ? code : undefined;
}
