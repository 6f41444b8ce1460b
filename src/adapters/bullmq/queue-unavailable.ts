import { ProblemError } from '../../platform/errors.js';

const CONNECTION_CODES = /^(ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN|08|57P0)/;
const CONNECTION_NAMES = /^(MaxRetriesPerRequestError|ConnectionClosedError|AbortError)$/;

/**
 * Does something with the queue's datastore; when that cannot be reached, the caller learns which part is down.
 *
 * @throws ProblemError UNAVAILABLE
 */
export async function reachQueue<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!isConnectionError(error)) throw error;
    throw new ProblemError('UNAVAILABLE', 'The job queue cannot be reached', { retryAfterSeconds: 5, cause: error });
  }
}

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  const isReplicas = error.name === 'ReplyError' && error.message.startsWith('READONLY'); // in the midst of a failover
  return isReplicas || CONNECTION_NAMES.test(error.name) || (typeof code === 'string' && CONNECTION_CODES.test(code));
}
