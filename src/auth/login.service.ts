import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../platform/errors.js';
import { Log } from '../platform/log.js';
import { originOf } from './authenticator.js';
import { mayLogIn } from './core/cookie-counts.js';
import { FailureLimiter } from './failure-limiter.js';
import { OwnTokens } from './own-tokens.js';
import { sessionCookieIn } from './session-cookie.js';
import { SessionsService, type NewSession } from './sessions.service.js';

/** Logs browsers in with one of our own tokens, and out. */
@Injectable()
export class LoginService {
  constructor(
    private readonly tokens: OwnTokens,
    private readonly sessions: SessionsService,
    private readonly limiter: FailureLimiter,
    private readonly log: Log,
  ) {}

  /**
   * Begins a session and puts its caller on the request, for the audit trail.
   * @throws ProblemError 403 when another site sent it, 401 for a token that is none of ours, 429 after too many of those
   */
  async logIn(request: FastifyRequest, token: string): Promise<NewSession & { readonly name: string }> {
    this.refuseOtherSites(request);
    const caller = await this.tokens.callerOf(token);
    if (!caller?.tokenId || caller.role === 'ingest') {
      request.audit = { ...request.audit, presented: true };
      this.limiter.refuseTooMany(request.ip);
      throw new ProblemError(
        'UNAUTHENTICATED',
        "Log in with one of Quartermaster's own tokens that is valid and for more than ingest.",
      );
    }
    request.caller = caller;
    return { ...(await this.sessions.begin(caller.tokenId)), name: caller.name };
  }

  /** Ends the session of the request's cookie, if it has one. @throws ProblemError 403 when another site sent it */
  async logOut(request: FastifyRequest): Promise<void> {
    this.refuseOtherSites(request);
    const session = sessionCookieIn(request.headers.cookie);
    if (session === undefined) return;
    const caller = await this.sessions.callerOf(session);
    if (caller) request.caller = caller;
    await this.sessions.end(session);
  }

  private refuseOtherSites(request: FastifyRequest): void {
    const { allowed, because } = mayLogIn(originOf(request));
    if (allowed) return;
    this.log.info('Refused a log-in or log-out', { requestId: request.id, because });
    throw new ProblemError('FORBIDDEN', 'Log in and out from the pages of this server.');
  }
}
