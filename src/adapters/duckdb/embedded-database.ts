import type { DuckDBConnection } from '@duckdb/node-api';
import { mkdir } from 'node:fs/promises';
import { isNativeError } from 'node:util/types';
import { ProblemError } from '../../platform/errors.js';
import type { Log } from '../../platform/log.js';
import type { BackgroundConnection } from './background-connection.js';
import { damageOf } from './damage-error.js';
import type { DamagedFiles } from './damaged-files.js';
import type { DatabaseFiles } from './database-files.js';
import {
  DatabaseOpening,
  type EmbeddedDatabaseOptions,
  type OpenDatabase,
  type StoreKind,
} from './database-opening.js';
import { endTransaction } from './end-transaction.js';
import { foldLog } from './fold-log.js';
import { keepInterrupting } from './keep-interrupting.js';
import { ReadWriteLock } from './read-write-lock.js';
import { syncFile } from './segment-files.js';
import { Serial } from './serial.js';

const OUT_OF_MEMORY = /^Out of Memory Error/;

/** What runs when the database is closed has so long to end by itself. */
const CLOSING_GRACE_MS = 500;

/**
 * Owns the one DuckDB instance of an embedded store: one connection that writes, one thing at a time, and some that read.
 * A full disk invalidates a DuckDB instance for good, reads too; then the instance is closed and opened again, which finds all that was committed.
 * A damaged block is found when it is read; then the database is rebuilt from what can be read.
 */
export class EmbeddedDatabase<Layout> {
  private readonly writing = new Serial();
  private readonly maintaining = new Serial();
  private readonly using = new ReadWriteLock();
  private open: OpenDatabase<Layout> | undefined;
  private isClosed = false;
  /** Grows each time the instance is opened again; what was cached of an older one is to be thrown away. */
  epoch = 0;
  readonly files: DatabaseFiles;
  readonly damaged: DamagedFiles;
  /** Asked when a read or upkeep fails: true when what was at fault was set aside, so that it is worth trying again. */
  blame: (error: unknown) => Promise<boolean> = () => Promise.resolve(false);

  /** Called when the manifest has changed, before files go that it no longer names. */
  settle: () => Promise<void> = () => Promise.resolve();

  private constructor(private readonly opening: DatabaseOpening<Layout>) {
    this.files = opening.files;
    this.damaged = opening.damaged;
  }

  static async open<Layout>(
    kind: StoreKind<Layout>,
    options: EmbeddedDatabaseOptions,
  ): Promise<EmbeddedDatabase<Layout>> {
    const database = new EmbeddedDatabase(new DatabaseOpening(kind, options));
    await mkdir(database.segmentFolder, { recursive: true, mode: 0o700 });
    await database.reopen();
    await syncFile(options.folder); // so that a power cut cannot take the entry of a new database
    void database.foldLongLog(options.log);
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
      const { lastRebuiltMs } = this.opening;
      try {
        return await attempt();
      } catch (error) {
        if (this.opening.lastRebuiltMs === lastRebuiltMs) throw error;
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

  /**
   * As `read`, with all of the memory: for questions about many rows.
   * @throws ProblemError 422 when that is not enough
   */
  async query<T>(work: (connection: DuckDBConnection, layout: Layout) => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await this.read(
        (connection, layout) => this.opened().limits.during(() => work(connection, layout)),
        signal,
      );
    } catch (error) {
      if (!(isNativeError(error) && OUT_OF_MEMORY.test(error.message))) throw error;
      const detail = `The question needs more memory than ${this.opening.kind.memoryVariable} gives: narrow it, or take a shorter span.`;
      throw new ProblemError('UNPROCESSABLE', detail, { cause: error });
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
      throw new ProblemError('UNAVAILABLE', `The ${this.opening.kind.name} cannot be opened.`, { cause });
    }
  }

  /** Runs long work (closing days, dropping old ones), one at a time, beside reads and writes; `close` interrupts its statements. */
  maintain<T>(work: (background: BackgroundConnection) => Promise<T>): Promise<T> {
    return this.maintaining.run(async () => {
      const { background, limits } = await this.writing.run(() => this.ensureOpen());
      const { epoch } = this;
      try {
        return await limits.during(() => work(background));
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
    const layout = await this.opening.kind.loadLayout(open.writer);
    this.open = { ...open, layout };
    return layout;
  }

  /**
   * Waits a moment for reads and writes that are under way, then interrupts them, and maintenance; closes the files. What was committed is in the files or
   * in the write-ahead log. A later call to `close` does nothing.
   */
  async close(): Promise<void> {
    let endInterrupts: (() => void) | undefined;
    const running = () => (this.open ? [this.open.writer, ...this.open.readers.connections] : []);
    const grace = setTimeout(() => (endInterrupts = keepInterrupting(running)), CLOSING_GRACE_MS);
    await this.writing.run(() =>
      this.using.exclusive(async () => {
        clearTimeout(grace);
        endInterrupts?.();
        this.isClosed = true;
        // A full disk, or upkeep that is in a transaction: all of it stands in the log, which the next start replays.
        if (this.open) await foldLog(this.open.writer, this.files, 'short').catch(() => undefined);
        await this.closeInstance();
      }),
    );
  }

  /**
   * What DuckDB has replayed of a log stands unpacked in its memory, in the way of all else, until the log is folded in; the next append may be long in coming.
   * Never rejects.
   */
  private async foldLongLog(log: Log): Promise<void> {
    try {
      await this.write((writer) => foldLog(writer, this.files, 'long'));
    } catch (error) {
      // A full disk, or closed already: all of it stands in the log.
      if (!this.isClosed)
        log.warn('A write-ahead log could not be folded in', { store: this.opening.kind.name, error });
    }
  }

  /** Within `writing`. */
  private async ensureOpen(): Promise<OpenDatabase<Layout>> {
    if (!this.open && !this.isClosed) await this.using.exclusive(() => this.reopen());
    return this.opened();
  }

  private opened(): OpenDatabase<Layout> {
    if (!this.open) throw new ProblemError('UNAVAILABLE', `The ${this.opening.kind.name} is closed`);
    return this.open;
  }

  private async recover(error: unknown, writer: DuckDBConnection): Promise<void> {
    let cause = error;
    if (!isUnusable(error)) {
      await endTransaction(writer);
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
    await open.limits.close();
    open.readers.close();
    open.writer.closeSync();
    open.instance.closeSync();
  }

  /** @param cause why the instance that was open cannot be used any more */
  private async reopen(cause?: unknown): Promise<void> {
    await this.closeInstance();
    this.epoch += 1;
    if (this.isClosed) throw new Error(`The ${this.opening.kind.name} is closed`);
    this.open = await this.opening.open(cause);
  }
}

/** DuckDB's own words for an instance that it has given up. */
function isInvalidated(error: unknown): boolean {
  return isNativeError(error) && /database has been invalidated|^FATAL|Fatal Error/i.test(error.message);
}

function isUnusable(error: unknown): boolean {
  return isInvalidated(error) || damageOf(error, 'running')?.part === 'database';
}
