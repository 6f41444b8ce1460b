import type { DuckDBConnection } from '@duckdb/node-api';
import { endTransaction } from './end-transaction.js';
import { keepInterrupting } from './keep-interrupting.js';

/** Connections that are lent to one query at a time: a DuckDB connection that is busy would block a thread of Node's pool for a second query. Each is lent without a transaction. */
export class ConnectionPool {
  private readonly idle: DuckDBConnection[];
  private readonly waiting: ((connection: DuckDBConnection) => void)[] = [];

  constructor(readonly connections: readonly DuckDBConnection[]) {
    this.idle = [...connections];
  }

  /**
   * A transaction that `work` begins ends with it, and is rolled back.
   * @param signal when it is aborted, the statements of `work` are interrupted; work that has not begun rejects with its reason
   */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const connection =
      this.idle.pop() ?? (await new Promise<DuckDBConnection>((resolve) => this.waiting.push(resolve)));
    const disarm = interruptOnAbort(connection, signal);
    try {
      signal?.throwIfAborted();
      return await work(connection);
    } finally {
      disarm(); // first: an interrupted ROLLBACK leaves the transaction open, and aborted
      await endTransaction(connection);
      const next = this.waiting.shift();
      if (next) next(connection);
      else this.idle.push(connection);
    }
  }

  /** Only when no work is under way. */
  close(): void {
    for (const connection of this.connections) connection.closeSync();
  }
}

/** Until it is called, aborting interrupts. */
function interruptOnAbort(connection: DuckDBConnection, signal: AbortSignal | undefined): () => void {
  let end: (() => void) | undefined;
  const interrupt = (): void => {
    end = keepInterrupting(() => [connection]);
  };
  signal?.addEventListener('abort', interrupt, { once: true });
  return () => {
    signal?.removeEventListener('abort', interrupt);
    end?.();
  };
}
