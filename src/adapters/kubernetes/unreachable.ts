import { KubernetesApiError, KubernetesBodyTooLargeError, KubernetesUnreachableError } from './kubernetes-api-error.js';

const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO$)/;

/** Whether the connection failed over certificates, ours or the server's. */
export function isTlsFailure(error: unknown): boolean {
  return TLS_CODE.test(codeOf(error));
}

/** Whether the other side closed the connection under the call. */
export function isReset(error: unknown): boolean {
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error));
}

/** What a failed call rejects with: our own errors and the caller's abort as they are, everything else as "did not answer". */
export function unreachable(request: string, error: unknown, aborted: AbortSignal | undefined): unknown {
  if (aborted?.aborted) return aborted.reason;
  if (error instanceof KubernetesApiError || error instanceof KubernetesBodyTooLargeError) return error;
  if (error instanceof KubernetesUnreachableError) return error;
  if (error instanceof SyntaxError)
    return new KubernetesUnreachableError('NOT_JSON', `${request}: the answer is not JSON`, error);
  const code = isTimeout(error) ? 'TIMEOUT' : codeOf(error);
  const said = isTimeout(error) ? 'no answer within the deadline' : messageOf(error);
  return new KubernetesUnreachableError(code || 'UNKNOWN', `${request}: ${said}`, error);
}

function isTimeout(error: unknown): boolean {
  const name = (error as { name?: unknown } | null)?.name;
  const cause = (error as { cause?: { name?: unknown } } | null)?.cause?.name;
  return name === 'TimeoutError' || cause === 'TimeoutError';
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** A connection tried on several addresses fails with an AggregateError whose own message is empty. */
function messageOf(error: unknown): string {
  const { message, code } = error as { message?: unknown; code?: unknown };
  return typeof message === 'string' && message !== '' ? message : String(code ?? error);
}
