import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../platform/log.js';
import { BackgroundConnection } from './background-connection.js';
import { ConnectionPool } from './connection-pool.js';
import { damageOf } from './damage-error.js';
import { DamagedFiles } from './damaged-files.js';
import { DatabaseFiles } from './database-files.js';
import { type Layout, loadLayout } from './metric-layout.js';
import { migrateMetricSchema } from './metric-schema.js';
import { MemoryLimit } from './memory-limit.js';
import { openOrRecover, rebuildFrom, type Recovery } from './open-or-recover.js';
import { rebuildDatabase } from './rebuild-database.js';

export interface MetricDatabaseOptions {
  /** `DATA_DIR/metrics`; made when it is missing. */
  readonly folder: string;
  /** DuckDB's buffer memory while it is used (`memory-limit.ts`). */
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

/** An open instance and what is on it. */
export interface OpenDatabase {
  readonly instance: DuckDBInstance;
  readonly writer: DuckDBConnection;
  readonly readers: ConnectionPool;
  readonly background: BackgroundConnection;
  readonly memory: MemoryLimit;
  readonly layout: Layout;
}

/** Opens the database of the metric store, whatever its files are like: what is damaged is set aside, or rebuilt from what can be read. */
export class DatabaseOpening {
  readonly files: DatabaseFiles;
  readonly damaged: DamagedFiles;
  private readonly recovery: Recovery;
  private rebuiltAtMs = -Infinity;

  constructor(private readonly options: MetricDatabaseOptions) {
    const { folder, log } = options;
    const files = new DatabaseFiles(folder);
    this.files = files;
    this.damaged = new DamagedFiles(files.damaged, log);
    const rebuild: Recovery['rebuild'] = (from) => rebuildDatabase({ files, settings: this.settings(), log }, from);
    this.recovery = { files, damaged: this.damaged, rebuild };
  }

  /** When a database that was used was last rebuilt, by `performance.now()`. */
  get lastRebuiltMs(): number {
    return this.rebuiltAtMs;
  }

  /** To be called while nothing is open. @param cause why the instance that was open cannot be used any more */
  async open(cause?: unknown): Promise<OpenDatabase> {
    const { found } = this.damaged;
    if (damageOf(cause, 'running')?.part === 'database') await this.rebuild(cause);
    const open = await openOrRecover(this.recovery, () => this.openInstance());
    if (this.damaged.found > found) await this.keepUnlisted(open.layout);
    return open;
  }

  /** What was lost may have listed them: else they would be taken for leftovers, and removed. A closing's leftover has its table still. */
  private async keepUnlisted({ parts }: Layout): Promise<void> {
    const known = new Set(parts.map(({ name, isSegment }) => (isSegment ? name : `${name}.parquet`)));
    for (const file of await readdir(this.files.segments)) {
      if (!file.endsWith('.parquet') || known.has(file)) continue;
      await this.damaged.setAside(join(this.files.segments, file), 'What listed it is lost');
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

  private async openInstance(): Promise<OpenDatabase> {
    const instance = await DuckDBInstance.create(this.files.main, this.settings());
    try {
      const writer = await instance.connect();
      await writer.run('SET GLOBAL parquet_metadata_cache = true'); // a footer takes longer to read than an object's day
      await migrateMetricSchema(writer);
      const readers: DuckDBConnection[] = [];
      for (let index = 0; index < this.options.readConnections; index += 1) readers.push(await instance.connect());
      const background = new BackgroundConnection(await instance.connect());
      const layout = await loadLayout(writer);
      const memory = new MemoryLimit(await instance.connect(), this.options.memoryLimitBytes, this.options.log);
      await memory.start();
      return { instance, writer, readers: new ConnectionPool(readers), background, memory, layout };
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
