import { Log } from '../../../platform/log.js';
import type { DamageReport } from '../damaged-files.js';
import { diskUsedRatio, type DiskProbe } from '../disk-probe.js';
import { DiskReserve } from '../disk-reserve.js';
import { ActiveReads } from './active-reads.js';
import { ArrivalBell } from './arrival-bell.js';
import { LogCatalogues } from './log-catalogue.js';
import { type LogDatabase, openLogDatabase } from './log-database.js';
import { DuckdbLogReader } from './log-reader.duckdb.js';
import { LogSegmentGuard } from './log-segment-guard.js';
import { DuckdbLogUpkeep } from './log-upkeep.duckdb.js';
import { DuckdbLogWriter } from './log-writer.duckdb.js';

export interface DuckdbLogStoreOptions {
  /** `DATA_DIR/logs`. */
  readonly folder: string;
  /** DuckDB's buffer memory while something is asked of it or it does upkeep, and half of it otherwise; default 256 MB. */
  readonly memoryLimitBytes?: number;
  /** Threads of one query; default 2. */
  readonly threads?: number;
  /** The write-ahead log is folded into the file at this size; default 64 MB. */
  readonly checkpointBytes?: number;
  /** Queries that may run at once; default 4. */
  readonly readConnections?: number;
  /** Default 7 days. */
  readonly retentionMs?: number;
  /** Default 0: no bound. */
  readonly maxBytes?: number;
  /** What may wait to be written; default 32 MB. */
  readonly maxWaitingBytes?: number;
  /** A chunk of so many lines becomes segments; default 500,000. */
  readonly chunkLines?: number;
  /** A chunk so old becomes segments; default 15 minutes. */
  readonly chunkAgeMs?: number;
  /** Nothing is written when more than this share of the disk is used; default 0.95. */
  readonly diskLimitRatio?: number;
  readonly diskProbe?: DiskProbe;
  /** Default: silent. */
  readonly log?: Log;
}

const CHUNK_BYTES = 128_000_000;
const MOST_FULL_CHUNKS = 8;
const WEEK_MS = 7 * 86_400_000;

/** The embedded log store: DuckDB for lines that came lately, Parquet for the rest. One process owns the folder. */
export class DuckdbLogStore {
  private constructor(
    private readonly database: LogDatabase,
    readonly writer: DuckdbLogWriter,
    readonly reader: DuckdbLogReader,
    readonly upkeep: DuckdbLogUpkeep,
  ) {}

  /**
   * Opens the store, makes it when it is missing. What is damaged is set aside, and the rest opened: `damage` tells.
   * @throws {StoreTooNew} when a newer program wrote it
   */
  static async open(options: DuckdbLogStoreOptions): Promise<DuckdbLogStore> {
    const log = options.log ?? Log.silent();
    const database = await openLogDatabase({
      folder: options.folder,
      memoryLimitBytes: options.memoryLimitBytes ?? 256_000_000,
      threads: options.threads ?? 2,
      checkpointBytes: options.checkpointBytes ?? 64_000_000,
      readConnections: options.readConnections ?? 4,
      log,
    });
    const reads = new ActiveReads();
    const bell = new ArrivalBell();
    const reserve = new DiskReserve(database.files.reserve);
    await reserve.take();
    const guard = new LogSegmentGuard(database, log);
    await guard.start();
    const writer = new DuckdbLogWriter(
      database,
      {
        maxWaitingBytes: options.maxWaitingBytes ?? 32_000_000,
        chunkLines: options.chunkLines ?? 500_000,
        chunkBytes: CHUNK_BYTES,
        maxFullChunks: MOST_FULL_CHUNKS,
        diskProbe: options.diskProbe ?? diskUsedRatio,
        diskLimitRatio: options.diskLimitRatio ?? 0.95,
      },
      bell,
    );
    await writer.start();
    const { retentionMs = WEEK_MS, maxBytes = 0, chunkAgeMs = 15 * 60_000 } = options;
    const upkeep = new DuckdbLogUpkeep(
      { database, writer, guard, reserve, reads, log },
      { retentionMs, maxBytes, chunkAgeMs },
    );
    return new DuckdbLogStore(
      database,
      writer,
      new DuckdbLogReader({ database, reads, catalogues: new LogCatalogues() }, writer, bell),
      upkeep,
    );
  }

  /** What was set aside; undefined when nothing is. */
  damage(): Promise<DamageReport | undefined> {
    return this.database.damaged.report();
  }

  /** Why nothing can be written now, in words for the operator; undefined when it can. */
  async refusal(): Promise<string | undefined> {
    return (await this.writer.refusal())?.message;
  }

  /** Waits for what is under way; nothing can be asked of the store afterwards. */
  async close(): Promise<void> {
    this.upkeep.stop();
    await this.database.close();
  }
}
