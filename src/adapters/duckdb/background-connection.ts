import type { DuckDBConnection, DuckDBMaterializedResult } from '@duckdb/node-api';
import { keepInterrupting } from './keep-interrupting.js';

/** A connection for statements that take long: they can be interrupted, and it is closed only when none runs. */
export class BackgroundConnection {
  private running: Promise<unknown> = Promise.resolve();
  private isClosed = false;

  constructor(private readonly connection: DuckDBConnection) {}

  /** One statement at a time. @throws when it is interrupted by `close`, or the connection is closed */
  run(sql: string): Promise<DuckDBMaterializedResult> {
    if (this.isClosed) return Promise.reject(new Error('The store is closed'));
    const result = this.connection.run(sql);
    this.running = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const end = keepInterrupting(() => [this.connection]);
    await this.running;
    end();
    this.connection.closeSync();
  }
}
