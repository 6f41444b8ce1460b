import type { DuckDBConnection } from '@duckdb/node-api';
import type { Log } from '../../platform/log.js';

/** So long after the last use the memory and the threads are given back. */
const IDLE_MS = 30_000;

/** What DuckDB may take. */
export interface Effort {
  readonly bytes: number;
  readonly threads: number;
}

/**
 * What DuckDB may take: all of its memory and threads while it answers a question about many samples or does upkeep, less of both otherwise. Appending alone fills
 * any memory with blocks that nobody asks for, and a second thread makes it dearer (docs/decisions/memory.md).
 */
export class EffortLimits {
  private users = 0;
  private isRaised = false;
  private isClosed = false;
  private idle: NodeJS.Timeout | undefined;
  private setting: Promise<void> = Promise.resolve();

  /** @param connection its own; the limits are those of the whole instance */
  constructor(
    private readonly connection: DuckDBConnection,
    private readonly most: Effort,
    private readonly least: Effort,
    private readonly log: Log,
  ) {}

  /** Sets the limits of an instance that nobody has used yet. */
  start(): Promise<void> {
    return this.set(this.least);
  }

  /** Runs `work` with all of the memory and the threads. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.users += 1;
    clearTimeout(this.idle);
    try {
      if (!this.isRaised) {
        this.isRaised = true;
        this.setting = this.setting.then(() => this.set(this.most));
      }
      await this.setting;
      return await work();
    } finally {
      this.users -= 1;
      if (this.users === 0 && !this.isClosed) this.idle = setTimeout(() => this.rest(), IDLE_MS).unref();
    }
  }

  /** Waits for what is being set; nothing is set afterwards. */
  async close(): Promise<void> {
    clearTimeout(this.idle);
    this.isClosed = true;
    await this.setting;
    this.connection.closeSync();
  }

  private rest(): void {
    if (this.users > 0) return;
    this.isRaised = false;
    this.setting = this.setting.then(() => this.set(this.least));
  }

  /** DuckDB refuses a limit below what it cannot let go of: then the old one stays, and the next use and rest try again. */
  private async set({ bytes, threads }: Effort): Promise<void> {
    try {
      await this.connection.run(`SET GLOBAL threads = ${String(threads)}`);
      await this.connection.run(`SET GLOBAL memory_limit = '${String(bytes)}B'`);
    } catch (error) {
      this.log.debug('The limits of an embedded store stay as they are', { bytes, threads, error });
    }
  }
}
