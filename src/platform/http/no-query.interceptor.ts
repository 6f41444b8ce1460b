import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { ProblemError } from '../errors.js';
import { operationOf } from './operation.js';

/**
 * Refuses query parameters where an operation takes none, as its schema does where it takes some: what would be ignored is a mistake. Left out are operations that
 * anyone may call (probes of load balancers add what they like) and those that speak another system's protocol.
 */
export class NoQueryInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { query } = context.switchToHttp().getRequest<FastifyRequest>();
    const names = Object.keys(query as object);
    if (names.length > 0 && !mayHaveQuery(context)) throw unknown(names);
    return next.handle();
  }
}

function mayHaveQuery(context: ExecutionContext): boolean {
  const handler = context.getHandler();
  const operation = operationOf(handler);
  if (!operation || operation.role === 'anyone' || operation.errorShape) return true;
  const taken = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name) as object | undefined;
  return Object.keys(taken ?? {}).some((key) => key.startsWith(`${RouteParamtypes.QUERY}:`));
}

function unknown(names: readonly string[]): ProblemError {
  const errors = names.slice(0, 20).map((name) => ({
    pointer: name.slice(0, 200),
    detail: 'is not known here; this operation takes no query parameters',
  }));
  const detail = errors.map((error) => `${error.pointer}: ${error.detail}`).join('; ');
  return new ProblemError('INVALID_INPUT', detail, { errors });
}
