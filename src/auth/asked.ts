import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf, type Caller } from './caller.js';

/** What a query needs to know of its request beyond its parameters. */
export interface Asked {
  readonly caller: Caller;
  /** Aborted when the client has gone before the answer was sent. */
  readonly signal: AbortSignal;
  /** How errors name a field: by its name in a query string, by a JSON pointer in a body. */
  readonly pointerTo: (field: string) => string;
  /** Equal for two requests that ask the same and may see the same; absent where that is not known. */
  readonly same?: string;
}

/** Parameter decorator: the `Asked` of this request; says where its parameters stand. */
export const AskedBy = createParamDecorator((where: 'query' | 'body', context: ExecutionContext): Asked => {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  const caller = callerOf(request);
  return {
    caller,
    signal: goneSignal(http.getResponse<FastifyReply>()),
    pointerTo: (field) => (where === 'body' ? `/${field}` : field),
    ...(where === 'query' ? { same: JSON.stringify([request.url, caller.namespaces ?? null]) } : {}),
  };
});

/** By the answer's stream: the request's own closes as soon as its body is read. */
function goneSignal({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
