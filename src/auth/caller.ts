import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from './core/caller.js';

export type { Caller, KubernetesUser, Role } from './core/caller.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the `AuthGuard`; absent on public routes. */
    caller?: Caller;
  }
}

/** The part of a request that holds who calls. */
export type CalledRequest = Pick<FastifyRequest, 'caller'>;

/** The caller of a request that has passed the guard. Throws when it has not: a route that asks for a caller must not be public. */
export function callerOf(request: CalledRequest): Caller {
  if (!request.caller) throw new Error('No caller: the route is public or the AuthGuard is not installed');
  return request.caller;
}

/** Parameter decorator: the `Caller` of this request, for a controller's method. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller =>
  callerOf(context.switchToHttp().getRequest<CalledRequest>()),
);
