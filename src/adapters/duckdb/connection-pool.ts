import type { DuckDBConnection } from '@duckdb/node-api';

/** Connections that are lent to one query at a time: a DuckDB connection that is busy would block a thread of Node's pool for a second query. */
export class ConnectionPool {
  private readonly idle: DuckDBConnection[];
  private readonly waiting: ((connection: DuckDBConnection) => void)[] = [];

  constructor(private readonly connections: readonly DuckDBConnection[]) {
    this.idle = [...connections];
  }

  async use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection =
      this.idle.pop() ?? (await new Promise<DuckDBConnection>((resolve) => this.waiting.push(resolve)));
    try {
      return await work(connection);
    } finally {
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
