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

/** The server became the replica of another one and keeps its connections: the address leads to the other one now, or soon. */
export function isOfReplica({ name, message }: Error): boolean {
  return name === 'ReplyError' && message.startsWith('READONLY');
}

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return (
    isOfReplica(error) || CONNECTION_NAMES.test(error.name) || (typeof code === 'string' && CONNECTION_CODES.test(code))
  );
}
