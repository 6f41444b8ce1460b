import type { Pool, PoolClient } from 'pg';

/**
 * Makes a pool safe against two things that node-postgres leaves to its user:
 *
 * - a connection that breaks while no query runs on it emits an `error` event, which without a listener ends the process, also while a client is
 *   checked out; here `onError` is told, the next use connects anew;
 * - a client that is given back inside of a transaction goes to its next user so; here it is rolled back first.
 */
export function guardPool(pool: Pool, onError: (error: Error) => void): void {
  pool.on('connect', (client) => client.on('error', onError));
  pool.on('error', () => undefined); // a broken idle client was told by its own event already
  pool.on('release', (error, client) => {
    if (!error && isInTransaction(client)) void rollBack(client);
  });
}

/** node-postgres knows the state from the server's last "ready for query". */
function isInTransaction(client: PoolClient): boolean {
  const status = (client as PoolClient & { getTransactionStatus(): string | null }).getTransactionStatus();
  return status === 'T' || status === 'E';
}

/** The client's next statement, before anything that its next user asks. */
async function rollBack(client: PoolClient): Promise<void> {
  try {
    await client.query('ROLLBACK');
  } catch {
    // Only a broken connection refuses this: its own 'error' event told so and took it out of the pool, and the server has rolled back.
  }
}
