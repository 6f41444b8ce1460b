/** What a `Status` says beyond its message. */
export interface StatusDetails {
  readonly kind?: string;
  readonly name?: string;
  readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
}

/** The API server answered with an error. */
export class KubernetesApiError extends Error {
  override readonly name = 'KubernetesApiError';

  /**
   * @param status HTTP status
   * @param reason `Status.reason`, such as `Forbidden` or `Expired`; empty when the body was no Status
   */
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly retryAfterMs?: number,
    /** `Status.details`. */
    readonly details: StatusDetails = {},
  ) {
    super(message);
  }

  /** Reads a `Status` object, or tells the HTTP status alone when the body is something else. */
  static from(request: string, status: number, body: string, retryAfter?: string): KubernetesApiError {
    const { reason, message, details } = statusOf(body);
    const seconds = Number(retryAfter);
    return new KubernetesApiError(
      status,
      reason,
      `${request}: ${status} ${message || reason || 'without a reason'}`,
      retryAfter !== undefined && Number.isFinite(seconds) ? seconds * 1000 : undefined,
      details,
    );
  }
}

/** The API server did not answer: no connection, TLS failure, deadline, or an answer that broke off. */
export class KubernetesUnreachableError extends Error {
  override readonly name = 'KubernetesUnreachableError';

  /** @param code such as `ECONNREFUSED`, `CERT_HAS_EXPIRED`, `TIMEOUT` */
  constructor(
    readonly code: string,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** An answer was larger than the caller allowed. */
export class KubernetesBodyTooLargeError extends Error {
  override readonly name = 'KubernetesBodyTooLargeError';

  constructor(
    request: string,
    readonly limitBytes: number,
  ) {
    super(`${request}: the answer is larger than ${limitBytes} bytes`);
  }
}

function statusOf(body: string): { reason: string; message: string; details: StatusDetails } {
  try {
    const { reason, message, details } = JSON.parse(body) as { reason?: unknown; message?: unknown; details?: unknown };
    return {
      reason: typeof reason === 'string' ? reason : '',
      message: typeof message === 'string' ? message : '',
      details: typeof details === 'object' && details !== null ? details : {},
    };
  } catch {
    return { reason: '', message: body.slice(0, 200), details: {} };
  }
}
