import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { ProblemError } from '../../platform/errors.js';
import { ConnectionPool } from './connection-pool.js';
import { type Layout, loadLayout } from './metric-layout.js';
import { BackgroundConnection } from './background-connection.js';
import { migrateMetricSchema } from './metric-schema.js';
import { ReadWriteLock } from './read-write-lock.js';
import { syncFile } from './segment-files.js';
import { Serial } from './serial.js';

export interface MetricDatabaseOptions {
  /** `DATA_DIR/metrics`; made when it is missing. */
  readonly folder: string;
  /** DuckDB's buffer memory. */
  readonly memoryLimitBytes: number;
  readonly threads: number;
  /** The write-ahead log is folded into the file when it has grown so big. */
  readonly checkpointBytes: number;
  /** Queries that may run at once. */
  readonly readConnections: number;
}

interface Open {
  readonly instance: DuckDBInstance;
  readonly writer: DuckDBConnection;
  readonly readers: ConnectionPool;
  readonly background: BackgroundConnection;
  readonly layout: Layout;
}

/**
 * Owns the one DuckDB instance of the metric store: one connection that writes, one thing at a time, and some that read.
 * A full disk invalidates a DuckDB instance for good, reads too; then the instance is closed and opened again, which finds all that was committed.
 */
export class MetricDatabase {
  private readonly writing = new Serial();
  private readonly maintaining = new Serial();
  private readonly using = new ReadWriteLock();
  private open: Open | undefined;
  private isClosed = false;
  /** Grows each time the instance is opened again; what was cached of an older one is to be thrown away. */
  epoch = 0;

  private constructor(readonly options: MetricDatabaseOptions) {}

  static async open(options: MetricDatabaseOptions): Promise<MetricDatabase> {
    const database = new MetricDatabase(options);
    await mkdir(database.segmentFolder, { recursive: true, mode: 0o700 });
    await database.reopen();
    await syncFile(options.folder); // so that a power cut cannot take the entry of a new database
    return database;
  }

  get segmentFolder(): string {
    return join(this.options.folder, 'segments');
  }

  /** Writes that wait or run. */
  get pendingWrites(): number {
    return this.writing.pending;
  }

  /** Runs `work` alone among writers. What it leaves open is rolled back; after an error the layout is read again. */
  write<T>(work: (connection: DuckDBConnection, layout: Layout) => Promise<T>): Promise<T> {
    return this.writing.run(async () => {
      const { writer, layout } = await this.ensureOpen();
      try {
        return await work(writer, layout);
      } catch (error) {
        await this.recover(error, writer);
        throw error;
      }
    });
  }

  /**
   * Runs `work` on a connection of its own beside other readers, the writer, and changes of the layout that wait for it. Aborting interrupts it.
   * @throws ProblemError 503 when the store is closed or cannot be opened again
   */
  async read<T>(work: (connection: DuckDBConnection, layout: Layout) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (!this.open) await this.openAgain();
    const epoch = this.epoch;
    const attempt = () =>
      this.using.shared(() => {
        const { readers, layout } = this.opened();
        return readers.use((connection) => work(connection, layout), signal);
      });
    try {
      return await attempt();
    } catch (error) {
      if (!isInvalidated(error)) throw error;
      await this.openAgain(epoch);
      return attempt();
    }
  }

  /** @param epoch of the instance that was found invalid; absent: open when it is not. @throws ProblemError 503 */
  private async openAgain(epoch?: number): Promise<void> {
    try {
      await this.writing.run(async () => {
        if (epoch === undefined) await this.ensureOpen();
        else if (this.epoch === epoch) await this.using.exclusive(() => this.reopen());
      });
    } catch (cause) {
      if (cause instanceof ProblemError) throw cause;
      throw new ProblemError('UNAVAILABLE', 'The metric store cannot be opened.', { cause });
    }
  }

  /** Runs long work (closing days, dropping old ones), one at a time, beside reads and writes; `close` interrupts its statements. */
  maintain<T>(work: (background: BackgroundConnection) => Promise<T>): Promise<T> {
    return this.maintaining.run(async () => {
      const { background } = await this.writing.run(() => this.ensureOpen());
      return work(background);
    });
  }

  /** Within `write`: commits what `change` did while nobody reads, and takes the new layout, so that files of the old one may be removed after. */
  async swapLayout(change: () => Promise<void>): Promise<void> {
    await this.using.exclusive(async () => {
      await change();
      await this.layoutChanged();
    });
  }

  /** Within `write`: to be called after a commit that made tables or void rows. */
  async layoutChanged(): Promise<Layout> {
    const open = this.opened();
    const layout = await loadLayout(open.writer);
    this.open = { ...open, layout };
    return layout;
  }

  /** Waits for reads and writes that are under way, interrupts maintenance, closes the files; a later call to `close` does nothing. */
  async close(): Promise<void> {
    await this.writing.run(() =>
      this.using.exclusive(async () => {
        this.isClosed = true;
        await this.closeInstance();
      }),
    );
  }

  /** Within `writing`. */
  private async ensureOpen(): Promise<Open> {
    if (!this.open && !this.isClosed) await this.using.exclusive(() => this.reopen());
    return this.opened();
  }

  private opened(): Open {
    if (!this.open) throw new ProblemError('UNAVAILABLE', 'The metric store is closed');
    return this.open;
  }

  private async recover(error: unknown, writer: DuckDBConnection): Promise<void> {
    if (!isInvalidated(error)) {
      try {
        await writer.run('ROLLBACK');
      } catch {
        // No transaction was open: there is nothing to roll back.
      }
      try {
        await this.layoutChanged();
        return;
      } catch (second) {
        if (!isInvalidated(second)) throw second;
      }
    }
    await this.using.exclusive(() => this.reopen());
  }

  private async closeInstance(): Promise<void> {
    const open = this.open;
    this.open = undefined;
    if (!open) return;
    await open.background.close();
    open.readers.close();
    open.writer.closeSync();
    open.instance.closeSync();
  }

  private async reopen(): Promise<void> {
    await this.closeInstance();
    this.epoch += 1;
    const { folder, memoryLimitBytes, threads, checkpointBytes, readConnections } = this.options;
    if (this.isClosed) throw new Error('The metric store is closed');
    const instance = await DuckDBInstance.create(join(folder, 'metrics.duckdb'), {
      memory_limit: `${String(memoryLimitBytes)}B`,
      threads: String(threads),
      temp_directory: join(folder, 'tmp'),
      checkpoint_threshold: `${String(checkpointBytes)}B`,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const writer = await instance.connect();
    await writer.run('SET GLOBAL parquet_metadata_cache = true'); // a footer takes longer to read than an object's day
    await migrateMetricSchema(writer);
    const readers: DuckDBConnection[] = [];
    for (let index = 0; index < readConnections; index += 1) readers.push(await instance.connect());
    const background = new BackgroundConnection(await instance.connect());
    const layout = await loadLayout(writer);
    this.open = { instance, writer, readers: new ConnectionPool(readers), background, layout };
  }
}

/** DuckDB's own words for an instance that it has given up. */
function isInvalidated(error: unknown): boolean {
  return isNativeError(error) && /database has been invalidated|^FATAL|Fatal Error/i.test(error.message);
}
