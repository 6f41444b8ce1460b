import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { ProblemError } from '../../platform/errors.js';
import type { Log } from '../../platform/log.js';
import { ConnectionPool } from './connection-pool.js';
import { damageOf } from './damage-error.js';
import { DamagedFiles } from './damaged-files.js';
import { DatabaseFiles } from './database-files.js';
import { type Layout, loadLayout } from './metric-layout.js';
import { BackgroundConnection } from './background-connection.js';
import { migrateMetricSchema } from './metric-schema.js';
import { openOrRecover, rebuildFrom, type Recovery } from './open-or-recover.js';
import { rebuildDatabase } from './rebuild-database.js';
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
  readonly log: Log;
}

/** A database that is found damaged again within this time is not rebuilt again: the disk or the memory is at fault. */
const REBUILD_AGAIN_MS = 600_000;

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
 * A damaged block is found when it is read; then the database is rebuilt from what can be read (`rebuild-database.ts`).
 */
export class MetricDatabase {
  private readonly writing = new Serial();
  private readonly maintaining = new Serial();
  private readonly using = new ReadWriteLock();
  private open: Open | undefined;
  private isClosed = false;
  /** Grows each time the instance is opened again; what was cached of an older one is to be thrown away. */
  epoch = 0;
  readonly files: DatabaseFiles;
  readonly damaged: DamagedFiles;
  private readonly recovery: Recovery;
  private rebuiltAtMs = -Infinity;
  /** Asked when a read or upkeep fails: true when what was at fault was set aside, so that it is worth trying again. */
  blame: (error: unknown) => Promise<boolean> = () => Promise.resolve(false);

  /** Called when the manifest has changed, before files go that it no longer names. */
  settle: () => Promise<void> = () => Promise.resolve();

  private constructor(readonly options: MetricDatabaseOptions) {
    const { folder, log } = options;
    const files = new DatabaseFiles(folder);
    this.files = files;
    this.damaged = new DamagedFiles(files.damaged, log);
    const rebuild: Recovery['rebuild'] = (from) => rebuildDatabase({ files, settings: this.settings(), log }, from);
    this.recovery = { files, damaged: this.damaged, rebuild };
  }

  static async open(options: MetricDatabaseOptions): Promise<MetricDatabase> {
    const database = new MetricDatabase(options);
    await mkdir(database.segmentFolder, { recursive: true, mode: 0o700 });
    await database.reopen();
    await syncFile(options.folder); // so that a power cut cannot take the entry of a new database
    return database;
  }

  get segmentFolder(): string {
    return this.files.segments;
  }

  /** Writes that wait or run. */
  get pendingWrites(): number {
    return this.writing.pending;
  }

  /**
   * Runs `work` alone among writers. What it leaves open is rolled back; after an error the layout is read again. When it meets a damaged
   * block it is run once more, on the rebuilt database.
   */
  write<T>(work: (connection: DuckDBConnection, layout: Layout) => Promise<T>): Promise<T> {
    return this.writing.run(async () => {
      const attempt = async (): Promise<T> => {
        const { writer, layout } = await this.ensureOpen();
        try {
          return await work(writer, layout);
        } catch (error) {
          await this.recover(error, writer);
          throw error;
        }
      };
      const { rebuiltAtMs } = this;
      try {
        return await attempt();
      } catch (error) {
        if (this.rebuiltAtMs === rebuiltAtMs) throw error;
        return attempt();
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
    for (let isOpenedAgain = false; ;) {
      try {
        return await attempt();
      } catch (error) {
        // It comes to an end: the instance is opened again once, and each file at fault leaves the layout.
        if (isUnusable(error) && !isOpenedAgain) {
          isOpenedAgain = true;
          await this.openAgain(epoch, error);
        } else if (!(await this.blame(error))) throw error;
      }
    }
  }

  /** @param epoch of the instance that was found invalid; absent: open when it is not. @throws ProblemError 503 */
  private async openAgain(epoch?: number, error?: unknown): Promise<void> {
    try {
      await this.writing.run(async () => {
        if (epoch === undefined) await this.ensureOpen();
        else if (this.epoch === epoch) await this.using.exclusive(() => this.reopen(error));
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
      const { epoch } = this;
      try {
        return await work(background);
      } catch (error) {
        // Whoever asked tries again later, and finds what is left.
        if (damageOf(error, 'running')?.part === 'database') await this.openAgain(epoch, error);
        else await this.blame(error);
        throw error;
      }
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
    let cause = error;
    if (!isUnusable(error)) {
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
        cause = second;
      }
    }
    await this.using.exclusive(() => this.reopen(cause));
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

  /** @param cause why the instance that was open cannot be used any more */
  private async reopen(cause?: unknown): Promise<void> {
    await this.closeInstance();
    this.epoch += 1;
    if (this.isClosed) throw new Error('The metric store is closed');
    const { found } = this.damaged;
    if (damageOf(cause, 'running')?.part === 'database') await this.rebuild(cause);
    this.open = await openOrRecover(this.recovery, () => this.openInstance());
    if (this.damaged.found > found) await this.keepUnlisted(this.open.layout);
  }

  /** What was lost may have listed them: else they would be taken for leftovers, and removed. A closing's leftover has its table still. */
  private async keepUnlisted({ parts }: Layout): Promise<void> {
    const known = new Set(parts.map(({ name, isSegment }) => (isSegment ? name : `${name}.parquet`)));
    for (const file of await readdir(this.segmentFolder)) {
      if (!file.endsWith('.parquet') || known.has(file)) continue;
      await this.damaged.setAside(join(this.segmentFolder, file), 'What listed it is lost');
    }
  }

  private async rebuild(cause: unknown): Promise<void> {
    const nowMs = performance.now();
    const isTooSoon = nowMs - this.rebuiltAtMs < REBUILD_AGAIN_MS;
    const message = isTooSoon
      ? 'The metric store is damaged again so soon that it is not rebuilt'
      : 'The metric store is damaged and is rebuilt';
    this.options.log.error(message, { error: cause });
    if (isTooSoon) return;
    this.rebuiltAtMs = nowMs;
    await rebuildFrom(this.recovery, 'damaged');
  }

  private async openInstance(): Promise<Open> {
    const instance = await DuckDBInstance.create(this.files.main, this.settings());
    try {
      const writer = await instance.connect();
      await writer.run('SET GLOBAL parquet_metadata_cache = true'); // a footer takes longer to read than an object's day
      await migrateMetricSchema(writer);
      const readers: DuckDBConnection[] = [];
      for (let index = 0; index < this.options.readConnections; index += 1) readers.push(await instance.connect());
      const background = new BackgroundConnection(await instance.connect());
      const layout = await loadLayout(writer);
      return { instance, writer, readers: new ConnectionPool(readers), background, layout };
    } catch (error) {
      instance.closeSync();
      throw error;
    }
  }

  private settings(): Record<string, string> {
    const { folder, memoryLimitBytes, threads, checkpointBytes } = this.options;
    return {
      memory_limit: `${String(memoryLimitBytes)}B`,
      threads: String(threads),
      temp_directory: join(folder, 'tmp'),
      checkpoint_threshold: `${String(checkpointBytes)}B`,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    };
  }
}

/** DuckDB's own words for an instance that it has given up. */
function isInvalidated(error: unknown): boolean {
  return isNativeError(error) && /database has been invalidated|^FATAL|Fatal Error/i.test(error.message);
}

function isUnusable(error: unknown): boolean {
  return isInvalidated(error) || damageOf(error, 'running')?.part === 'database';
}
