import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { OperationRole } from '../platform/http/operation.js';
import { AgentAccess } from './agent-access.js';
import type { Caller } from './core/caller.js';
import { cookieCounts, type RequestOrigin } from './core/cookie-counts.js';
import { shipperToken } from './core/shipper-token.js';
import { KubernetesAccess } from './kubernetes-access.js';
import { OwnTokens } from './own-tokens.js';
import { sessionCookieIn } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';
import { looksLikeJwt } from './token-format.js';

/** Who a request comes from, or why nobody: `presented` says whether it showed anything that could be wrong. */
export type Authentication =
  { readonly caller: Caller } | { readonly caller?: undefined; readonly presented: boolean; readonly because: string };

/** The pages that browsers open by themselves, so that they can send nothing but a cookie. */
const PAGE = /^\/(docs|queues|console)(\/|$)|^\/openapi\.json$/;

/** Finds out who a request comes from: a bearer token (ours or Kubernetes'), or a browser's session where cookies count. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly tokens: OwnTokens,
    private readonly kubernetes: KubernetesAccess,
    private readonly sessions: SessionsService,
    private readonly agents: AgentAccess,
  ) {}

  /**
   * @param role of the operation: agents and shippers show who they are in their own ways
   * @returns of a Kubernetes user a caller without any namespace: its rights are still to be reviewed for the operation
   * @throws ProblemError 503 when records or API server do not answer
   */
  async authenticate(request: FastifyRequest, role?: OperationRole): Promise<Authentication> {
    if (role === 'agent') return this.authenticateAgent(request);
    if (role === 'ingest') return this.authenticateShipper(request);
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) return this.byBearer(authorization);
    const session = sessionCookieIn(cookie);
    if (session === undefined) return { presented: false, because: 'neither a token nor a session' };
    const { allowed, because } = cookieCounts(originOf(request));
    if (!allowed) return { presented: true, because: `the cookie does not count: ${because}` };
    const caller = await this.sessions.callerOf(session);
    return caller ? { caller } : { presented: true, because: 'the session is unknown or has ended' };
  }

  /** For the agents' API: Kubernetes' tokens are taken there as agents' alone. */
  private async authenticateAgent({ headers }: FastifyRequest): Promise<Authentication> {
    const token = bearerIn(headers.authorization);
    if (token === undefined) return { presented: headers.authorization !== undefined, because: 'no bearer token' };
    const own = await this.tokens.callerOf(token);
    if (own) return { caller: own }; // known, and refused by its rights
    const caller = await this.agents.callerOf(token);
    return 'because' in caller ? { presented: true, because: caller.because } : { caller };
  }

  /** For log shippers, which log in as to Elasticsearch. */
  private async authenticateShipper({ headers: { authorization } }: FastifyRequest): Promise<Authentication> {
    if (authorization === undefined) return { presented: false, because: 'no token' };
    const token = bearerIn(authorization) ?? shipperToken(authorization);
    if (token === undefined) return { presented: true, because: 'Authorization is neither Bearer, Basic nor ApiKey' };
    return this.byToken(token);
  }

  private async byBearer(authorization: string): Promise<Authentication> {
    const token = bearerIn(authorization);
    if (token === undefined) return { presented: true, because: 'Authorization is not "Bearer <token>"' };
    return this.byToken(token);
  }

  private async byToken(token: string): Promise<Authentication> {
    const own = await this.tokens.callerOf(token);
    if (own) return { caller: own };
    if (!looksLikeJwt(token)) return { presented: true, because: 'the token is unknown, expired or revoked' };
    const user = await this.kubernetes.userOf(token);
    if (!user) return { presented: true, because: 'the API server does not accept the token' };
    if (this.agents.isAgentAccount(user))
      return { presented: true, because: "an agent's token is for the agents' API alone" };
    return { caller: { kind: 'kubernetes', name: user.username, user, namespaces: [] } };
  }
}

function bearerIn(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+)$/i.exec(authorization?.trim() ?? '')?.[1];
}

/** Whether a path is one of the pages that browsers open. */
export function isPage(url: string): boolean {
  return PAGE.test(url.split('?')[0] ?? '');
}

/** What a request tells about where it comes from. */
export function originOf(request: FastifyRequest): RequestOrigin {
  const fetchSite = request.headers['sec-fetch-site'];
  return {
    method: request.method,
    isPage: isPage(request.url),
    fetchSite: Array.isArray(fetchSite) ? fetchSite.join() : fetchSite,
    origin: request.headers.origin,
    host: request.headers.host,
  };
}
