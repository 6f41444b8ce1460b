import type { ServerResponse } from 'node:http';

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'AlreadyExists',
  410: 'Expired',
  422: 'Invalid',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

/** What a `Status` says beyond its code and message; the reason is that of the code unless given. */
export interface Said {
  readonly reason?: string;
  readonly details?: object;
}

/** The API server's way to say no: a `Status` object. */
export function failure(
  code: number,
  message: string,
  { reason = REASONS[code] ?? 'Unknown', details }: Said = {},
): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details ? { details } : {}),
    code,
  };
}

/** Thrown by a handler, answered as a `Status`. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly said: Said = {},
  ) {
    super(message);
  }
}

export function sendJson(response: ServerResponse, code: number, body: object | string): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(code, { 'content-type': 'application/json' }).end(text);
}
