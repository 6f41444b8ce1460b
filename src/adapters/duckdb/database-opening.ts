import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { join } from 'node:path';
import type { Log } from '../../platform/log.js';
import { BackgroundConnection } from './background-connection.js';
import { ConnectionPool } from './connection-pool.js';
import { damageOf } from './damage-error.js';
import { DamagedFiles, type DescribeFile } from './damaged-files.js';
import { DatabaseFiles } from './database-files.js';
import { EffortLimits } from './effort-limits.js';
import { openOrRecover, rebuildFrom, type Recovery } from './open-or-recover.js';

export interface EmbeddedDatabaseOptions {
  /** `DATA_DIR/metrics`, `DATA_DIR/logs`; made when it is missing. */
  readonly folder: string;
  /** DuckDB's buffer memory while it is used (`effort-limits.ts`). */
  readonly memoryLimitBytes: number;
  /** Of one question or upkeep; one otherwise (`effort-limits.ts`). */
  readonly threads: number;
  /** The write-ahead log is folded into the file when it has grown so big. */
  readonly checkpointBytes: number;
  /** Queries that may run at once. */
  readonly readConnections: number;
  readonly log: Log;
}

/** What is particular to one embedded store. `Layout` is what its readers and writers must know of its tables and segments. */
export interface StoreKind<Layout> {
  /** In errors and in the log: `metric store`. */
  readonly name: string;
  /** The database's file: `metrics.duckdb`. */
  readonly file: string;
  /** The variable that says how much memory it has: `METRICS_MEMORY`. */
  readonly memoryVariable: string;
  /** DuckDB's block size, of a database that is made; one that is there keeps its own. A power of two from 16,384 to 262,144. */
  readonly blockBytes: number;
  /** How much of the memory it has while it only appends, of 1. */
  readonly appendRatio: number;
  readonly describeFile: DescribeFile;
  /** Brings the schema to this program's version. */
  migrate(connection: DuckDBConnection): Promise<void>;
  loadLayout(connection: DuckDBConnection): Promise<Layout>;
  /** As `Recovery.rebuild`. */
  rebuild(means: RebuildMeans, from: 'damaged' | 'copy'): Promise<void>;
  /** Called after damage: what becomes of segments that nothing lists any more. Else they would be taken for leftovers, and removed. */
  keepUnlisted(means: {
    writer: DuckDBConnection;
    layout: Layout;
    files: DatabaseFiles;
    damaged: DamagedFiles;
  }): Promise<void>;
}

export interface RebuildMeans {
  readonly files: DatabaseFiles;
  /** DuckDB's settings. */
  readonly settings: Record<string, string>;
  readonly log: Log;
}

/** DuckDB's allocator otherwise holds on to half as much again as the memory limit allows: docs/decisions/memory.md. */
const GIVE_MEMORY_BACK = { allocator_background_threads: 'true', allocator_flush_threshold: '16MB' };

/** A database that is found damaged again within this time is not rebuilt again: the disk or the memory is at fault. */
const REBUILD_AGAIN_MS = 600_000;

/** An open instance and what is on it. */
export interface OpenDatabase<Layout> {
  readonly instance: DuckDBInstance;
  readonly writer: DuckDBConnection;
  readonly readers: ConnectionPool;
  readonly background: BackgroundConnection;
  readonly limits: EffortLimits;
  readonly layout: Layout;
}

/** Opens the database of an embedded store, whatever its files are like: what is damaged is set aside, or rebuilt from what can be read. */
export class DatabaseOpening<Layout> {
  readonly files: DatabaseFiles;
  readonly damaged: DamagedFiles;
  private readonly recovery: Recovery;
  private rebuiltAtMs = -Infinity;

  constructor(
    readonly kind: StoreKind<Layout>,
    private readonly options: EmbeddedDatabaseOptions,
  ) {
    const { folder, log } = options;
    const files = new DatabaseFiles(folder, kind.file);
    this.files = files;
    this.damaged = new DamagedFiles(files.damaged, log, kind.describeFile);
    const rebuild: Recovery['rebuild'] = (from) => kind.rebuild({ files, settings: this.settings(), log }, from);
    this.recovery = { files, damaged: this.damaged, rebuild };
  }

  /** When a database that was used was last rebuilt, by `performance.now()`. */
  get lastRebuiltMs(): number {
    return this.rebuiltAtMs;
  }

  /** To be called while nothing is open. @param cause why the instance that was open cannot be used any more */
  async open(cause?: unknown): Promise<OpenDatabase<Layout>> {
    const { found } = this.damaged;
    if (damageOf(cause, 'running')?.part === 'database') await this.rebuild(cause);
    const open = await openOrRecover(this.recovery, () => this.openInstance());
    if (this.damaged.found === found) return open;
    const { files, damaged, kind } = this;
    await kind.keepUnlisted({ writer: open.writer, layout: open.layout, files, damaged });
    return { ...open, layout: await kind.loadLayout(open.writer) };
  }

  private async rebuild(cause: unknown): Promise<void> {
    const nowMs = performance.now();
    const isTooSoon = nowMs - this.rebuiltAtMs < REBUILD_AGAIN_MS;
    const message = isTooSoon
      ? `The ${this.kind.name} is damaged again so soon that it is not rebuilt`
      : `The ${this.kind.name} is damaged and is rebuilt`;
    this.options.log.error(message, { error: cause });
    if (isTooSoon) return;
    this.rebuiltAtMs = nowMs;
    await rebuildFrom(this.recovery, 'damaged');
  }

  private async openInstance(): Promise<OpenDatabase<Layout>> {
    const instance = await DuckDBInstance.create(this.files.main, this.settings());
    try {
      const writer = await instance.connect();
      await writer.run('PRAGMA disable_checkpoint_on_shutdown'); // it would hold up the whole process: `close` makes one beside it
      await this.kind.migrate(writer);
      const readers: DuckDBConnection[] = [];
      for (let index = 0; index < this.options.readConnections; index += 1) {
        const reader = await instance.connect();
        // A footer takes longer to read than an object's day. Only for questions: those that upkeep reads once would fill the memory up to its limit (docs/decisions/memory.md).
        await reader.run('SET SESSION parquet_metadata_cache = true');
        readers.push(reader);
      }
      const background = new BackgroundConnection(await instance.connect());
      const layout = await this.kind.loadLayout(writer);
      const { memoryLimitBytes: bytes, threads, log } = this.options;
      const restBytes = Math.floor(bytes * this.kind.appendRatio);
      const limits = new EffortLimits(
        await instance.connect(),
        { bytes, threads },
        { bytes: restBytes, threads: 1 },
        log,
      );
      await limits.start();
      return { instance, writer, readers: new ConnectionPool(readers), background, limits, layout };
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
      default_block_size: String(this.kind.blockBytes),
      ...GIVE_MEMORY_BACK,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    };
  }
}
