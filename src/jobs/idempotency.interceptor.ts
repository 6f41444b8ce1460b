import { createHash } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defer, from, lastValueFrom, type Observable } from 'rxjs';
import { changesSomething } from '../auth/core/audit-call.js';
import { callerKey } from '../auth/core/caller-key.js';
import { Clock } from '../platform/clock.js';
import { invalidInput, ProblemError } from '../platform/errors.js';
import { operationOf, type OperationSpec } from '../platform/http/operation.js';
import { Log } from '../platform/log.js';
import { IdempotencyRecords, type IdempotentRequest } from './idempotency-records.port.js';

const KEY = /^[\x21-\x7e]{1,200}$/;

/**
 * Makes a POST with an `Idempotency-Key` be carried out once: a repeated one, by the same caller with the same body, is answered with the outcome of the
 * first. Kept are answers of success; a request that failed may be tried again. Left out are operations whose answers hold a secret (their area is
 * `tokens`), and those that only read (a query as a body): repeating them does no harm, and their answers may be large.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly records: IdempotencyRecords,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const key = request.headers['idempotency-key'];
    const operation = operationOf(context.getHandler());
    if (key === undefined || request.method !== 'POST' || !request.caller || !isRepeatable(operation))
      return next.handle();
    const caller = callerKey(request.caller);
    return defer(() => from(this.#once(request, http.getResponse<FastifyReply>(), String(key), caller, next)));
  }

  async #once(
    request: FastifyRequest,
    reply: FastifyReply,
    key: string,
    caller: string,
    next: CallHandler,
  ): Promise<unknown> {
    if (!KEY.test(key)) throw invalidInput('Idempotency-Key', 'must be 1 to 200 visible ASCII characters');
    const asked: IdempotentRequest = { caller, key, hash: hashOf(request) };
    const claim = await this.records.claim(asked, this.clock.now());
    if (claim === 'mismatch')
      throw new ProblemError('CONFLICT', 'This Idempotency-Key was used for another request: take a new one');
    if (claim === 'running')
      throw new ProblemError('CONFLICT', 'The first request with this Idempotency-Key is still being carried out', {
        retryAfterSeconds: 1,
      });
    if (claim !== 'claimed') {
      const { status, body, location, etag } = claim.outcome;
      void reply.status(status).header('idempotency-replayed', 'true');
      for (const [name, value] of Object.entries({ location, etag })) if (value) void reply.header(name, value);
      return body ?? undefined;
    }
    return this.#first(asked, reply, next);
  }

  async #first(asked: IdempotentRequest, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    let body: unknown;
    try {
      body = await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      await this.#tell(() => this.records.release(asked));
      throw error;
    }
    const outcome = {
      status: reply.statusCode,
      body: body ?? null,
      ...headerOf(reply, 'location'),
      ...headerOf(reply, 'etag'),
    };
    await this.#tell(() => this.records.complete(asked, outcome));
    return body;
  }

  /** What was done stays done: that it could not be noted is no reason to answer otherwise. */
  async #tell(note: () => Promise<void>): Promise<void> {
    try {
      await note();
    } catch (error) {
      this.log.warn('The outcome of a request with an Idempotency-Key could not be kept', { error });
    }
  }
}

function headerOf<Name extends string>(reply: FastifyReply, name: Name): { [N in Name]?: string } {
  const value = reply.getHeader(name);
  return typeof value === 'string' ? ({ [name]: value } as { [N in Name]: string }) : {};
}

function isRepeatable(operation: OperationSpec | undefined): boolean {
  if (operation === undefined || operation.area === 'tokens' || operation.produces !== undefined) return false;
  return changesSomething('POST', operation);
}

/** Names change hands, ids do not: a token is known by its id, a Kubernetes user by name and uid. */
function hashOf(request: FastifyRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([request.method, request.url, request.body ?? null]))
    .digest('hex');
}
