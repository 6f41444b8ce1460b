import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../platform/errors.js';
import { Log } from '../platform/log.js';
import type { OperationSpec } from '../platform/http/operation.js';
import type { Caller } from './core/caller.js';
import type { Decision } from './core/decision.js';
import { isForEveryone, mayCall } from './core/may-call.js';
import { requestedNamespaces } from './core/requested-namespaces.js';
import { visibleNamespaces } from './core/visible-namespaces.js';
import { KubernetesAccess } from './kubernetes-access.js';

/** What rights are decided on. */
export type Guarded = Pick<OperationSpec, 'id' | 'role' | 'scope' | 'area' | 'verb' | 'alsoNeeds'>;

/** Decides whether a request's caller may call an operation in the namespaces that the request names. */
@Injectable()
export class Authorizer {
  constructor(
    private readonly kubernetes: KubernetesAccess,
    private readonly log: Log,
  ) {}

  /**
   * The caller with its namespaces as they are for this call.
   * @param known who calls, as it was found out
   * @throws ProblemError 401 without a caller, 403 when it may not, which tells nothing about what exists, 503 when the API server is away
   */
  async authorize(request: FastifyRequest, operation: Guarded, known = request.caller): Promise<Caller> {
    if (!known) throw new ProblemError('UNAUTHENTICATED', 'Send a valid token: Authorization: Bearer <token>.');
    const requested = requestedNamespaces(request);
    const caller = await this.narrowed(known, operation, requested);
    const refusal = [mayCall(caller, operation), ...requested.map((name) => visibleNamespaces(caller, name))].find(
      ({ allowed }: Decision) => !allowed,
    );
    if (!refusal) return caller;
    this.log.info('Refused a call', {
      requestId: request.id,
      operation: operation.id,
      caller: caller.name,
      because: refusal.because,
    });
    throw new ProblemError('FORBIDDEN', 'This caller may not do that.');
  }

  private async narrowed(caller: Caller, operation: Guarded, requested: readonly string[]): Promise<Caller> {
    if (!caller.user || isForEveryone(operation)) return caller;
    return this.kubernetes.narrow(caller.user, operation, requested);
  }
}
