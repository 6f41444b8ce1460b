import type pg from 'pg';

/**
 * Rolls back what a client left open when it is given back to its pool: node-postgres hands such a client to the next user, inside of the
 * other's transaction. The ROLLBACK is the client's next statement, before anything that the next user asks.
 */
export function rollBackOnRelease(pool: pg.Pool): void {
  pool.on('release', (error, client) => {
    if (error || !isInTransaction(client)) return;
    void rollBack(client, pool);
  });
}

/** node-postgres knows the state from the server's last "ready for query". */
function isInTransaction(client: pg.PoolClient): boolean {
  const status = (client as pg.PoolClient & { getTransactionStatus(): string | null }).getTransactionStatus();
  return status === 'T' || status === 'E';
}

async function rollBack(client: pg.PoolClient, pool: pg.Pool): Promise<void> {
  try {
    await client.query('ROLLBACK');
  } catch (error) {
    pool.emit('error', error, client); // the connection broke; the client's own 'error' event takes it out of the pool
  }
}
