import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../platform/errors.js';
import { Log } from '../platform/log.js';
import { Authenticator } from './authenticator.js';
import { Authorizer } from './authorizer.js';
import { callerOf, type Caller } from './caller.js';

/** As long as what is known of a token is used without asking again. */
const ASK_EVERY_MS = 5_000;

/** Finds out that the caller of a long answer may no longer have it. */
@Injectable()
export class CallerWatch {
  constructor(
    @Inject(Authenticator) private readonly authenticator: Pick<Authenticator, 'authenticate'>,
    @Inject(Authorizer) private readonly authorizer: Pick<Authorizer, 'authorize'>,
    private readonly log: Log,
  ) {}

  /**
   * A signal that is aborted when the request would now be refused, or would show other namespaces: its token has expired, was revoked or may less. While records or
   * API server do not answer nothing is known, and nothing ends.
   * @param over ends the asking
   */
  ended(request: FastifyRequest, over: AbortSignal, askEveryMs = ASK_EVERY_MS): AbortSignal {
    const end = new AbortController();
    const before = rightsOf(callerOf(request));
    const look = async (): Promise<void> => {
      const now = await this.rightsNow(request);
      if (now !== undefined && now !== before) end.abort();
    };
    const timer = setInterval(() => void look(), askEveryMs).unref();
    const stop = (): void => clearInterval(timer);
    for (const signal of [over, end.signal]) signal.addEventListener('abort', stop, { once: true });
    if (over.aborted) stop();
    return end.signal;
  }

  /** undefined: it cannot be known now. */
  private async rightsNow(request: FastifyRequest): Promise<string | undefined> {
    try {
      const { caller } = await this.authenticator.authenticate(request);
      const { operation } = request.routeOptions.config;
      if (!caller || !operation) return 'none';
      return rightsOf(await this.authorizer.authorize(request, operation, caller));
    } catch (error) {
      if (error instanceof ProblemError && error.code !== 'UNAVAILABLE') return 'none';
      this.log.warn('The caller of a stream cannot be checked', { requestId: request.id, error });
      return undefined;
    }
  }
}

function rightsOf({ kind, name, tokenId, role, namespaces }: Caller): string {
  return JSON.stringify([kind, name, tokenId, role, namespaces?.toSorted()]);
}
