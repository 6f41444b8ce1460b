import type { DuckDBConnection } from '@duckdb/node-api';
import { keepInterrupting } from './keep-interrupting.js';

/** Connections that are lent to one query at a time: a DuckDB connection that is busy would block a thread of Node's pool for a second query. */
export class ConnectionPool {
  private readonly idle: DuckDBConnection[];
  private readonly waiting: ((connection: DuckDBConnection) => void)[] = [];

  constructor(readonly connections: readonly DuckDBConnection[]) {
    this.idle = [...connections];
  }

  /** @param signal when it is aborted, the statements of `work` are interrupted; work that has not begun rejects with its reason */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const connection =
      this.idle.pop() ?? (await new Promise<DuckDBConnection>((resolve) => this.waiting.push(resolve)));
    const disarm = interruptOnAbort(connection, signal);
    try {
      signal?.throwIfAborted();
      return await work(connection);
    } finally {
      disarm();
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

/** Until the connection is given back. */
function interruptOnAbort(connection: DuckDBConnection, signal: AbortSignal | undefined): () => void {
  let end: (() => void) | undefined;
  const interrupt = (): void => {
    end = keepInterrupting([connection]);
  };
  signal?.addEventListener('abort', interrupt, { once: true });
  return () => {
    signal?.removeEventListener('abort', interrupt);
    end?.();
  };
}
