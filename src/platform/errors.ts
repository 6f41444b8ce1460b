import type { LimitName } from './limits.js';

/** Every error that the API answers with: its HTTP status and its title. The key is the `code` of the problem document. */
export const PROBLEMS = {
  INVALID_INPUT: { status: 400, title: 'The request is not valid' },
  UNAUTHENTICATED: { status: 401, title: 'A valid token is needed' },
  FORBIDDEN: { status: 403, title: 'This token may not do that' },
  NOT_FOUND: { status: 404, title: 'There is no such thing' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The path does not take this method' },
  NOT_ACCEPTABLE: { status: 406, title: 'None of the accepted media types can be given' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request came too slowly' },
  CONFLICT: { status: 409, title: 'The request conflicts with the present state' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The body is too large' },
  URI_TOO_LONG: { status: 414, title: 'The path is too long' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body has a media type that is not understood' },
  UNPROCESSABLE: { status: 422, title: 'The request is understood but cannot be carried out' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large' },
  INTERNAL: { status: 500, title: 'Something went wrong inside Quartermaster' },
  UNAVAILABLE: { status: 503, title: 'A part that this needs is not available' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** One thing that is wrong with the input: where (JSON pointer, or the parameter's name) and how to mend it. */
export interface InputError {
  readonly pointer: string;
  readonly detail: string;
}

/** An error that the client may see: `detail` is shown, so it holds no secret and no internal message. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly extra: {
      readonly errors?: readonly InputError[];
      readonly retryAfterSeconds?: number;
      /** The limit that refuses; it is counted. */
      readonly limit?: LimitName;
      readonly cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: extra.cause });
  }
}

/** 400 for one named field. @param limit that it is beyond */
export function invalidInput(pointer: string, detail: string, limit?: LimitName): ProblemError {
  return new ProblemError('INVALID_INPUT', `${pointer}: ${detail}`, {
    errors: [{ pointer, detail }],
    ...(limit === undefined ? {} : { limit }),
  });
}
