import type { Metric } from '../../metrics/core/catalogue/metric.js';
import { Log } from '../../platform/log.js';
import type { TierName } from '../../metrics/metric-store.port.js';
import { type ClosedDay, closeDays } from './close-days.js';
import { DuckdbCycleSamples } from './cycle-samples.duckdb.js';
import { diskUsedRatio, type DiskProbe } from './disk-probe.js';
import { DiskReserve } from './disk-reserve.js';
import { dropBefore } from './drop-before.js';
import { type MetricDatabase, openMetricDatabase } from './metric-database.js';
import { Kinds } from './metric-kinds.js';
import { DuckdbMetricReader } from './metric-reader.duckdb.js';
import { type MetricStoreStats, metricStoreStats } from './metric-store-stats.js';
import type { DamageReport } from './damaged-files.js';
import { SegmentGuard } from './segment-guard.js';
import { DuckdbMetricWriter } from './metric-writer.duckdb.js';
import { type RolledDay, rollUp } from './roll-up.js';
import { shrinkTo } from './shrink-to.js';
import { sortHours } from './sort-hours.js';

export interface DuckdbMetricStoreOptions {
  /** `DATA_DIR/metrics`. */
  readonly folder: string;
  /** DuckDB's buffer memory while something is asked of it or it does upkeep, and three eighths of it otherwise; default 256 MB. */
  readonly memoryLimitBytes?: number;
  /** Threads of one query; default 2. */
  readonly threads?: number;
  /** The write-ahead log is folded into the file at this size; default 64 MB. */
  readonly checkpointBytes?: number;
  /** Queries that may run at once; default 2. */
  readonly readConnections?: number;
  /** Points that a question about groups puts together at once; default 200,000. */
  readonly groupPoints?: number;
  /** Appending stops when more than this share of the disk is used; default 0.95. */
  readonly diskLimitRatio?: number;
  readonly diskProbe?: DiskProbe;
  /** Default: the built-in catalogue. */
  readonly catalogue?: readonly Metric[];
  /** Default: silent. */
  readonly log?: Log;
}

/** The embedded metric store: DuckDB for open days, Parquet for closed ones. One process owns the folder. */
export class DuckdbMetricStore {
  private constructor(
    private readonly database: MetricDatabase,
    private readonly guard: SegmentGuard,
    private readonly reserve: DiskReserve,
    private readonly kinds: Kinds,
    private readonly log: Log,
    readonly writer: DuckdbMetricWriter,
    readonly reader: DuckdbMetricReader,
    readonly cycleSamples: DuckdbCycleSamples,
  ) {}

  /**
   * Opens the store, makes it when it is missing. What is damaged is set aside, and the rest opened: `damage` tells.
   * @throws {StoreTooNew} when a newer program wrote it
   */
  static async open(options: DuckdbMetricStoreOptions): Promise<DuckdbMetricStore> {
    const log = options.log ?? Log.silent();
    const database = await openMetricDatabase({
      folder: options.folder,
      memoryLimitBytes: options.memoryLimitBytes ?? 256_000_000,
      threads: options.threads ?? 2,
      checkpointBytes: options.checkpointBytes ?? 64_000_000,
      readConnections: options.readConnections ?? 2,
      log,
    });
    const guard = new SegmentGuard(database, log);
    const kinds = new Kinds(options.catalogue);
    const disk = { probe: options.diskProbe ?? diskUsedRatio, limitRatio: options.diskLimitRatio ?? 0.95 };
    const reserve = new DiskReserve(database.files.reserve);
    await reserve.take();
    await guard.start();
    return new DuckdbMetricStore(
      database,
      guard,
      reserve,
      kinds,
      log,
      new DuckdbMetricWriter(database, kinds, disk),
      new DuckdbMetricReader(database, kinds, options.groupPoints),
      new DuckdbCycleSamples(database, kinds),
    );
  }

  /**
   * Moves days that ended at or before `beforeMs` to Parquet; leave late samples some time. Idempotent, may be killed anywhere.
   * @throws {DiskNearlyFull}
   */
  closeDays(beforeMs: number): Promise<ClosedDay[]> {
    return closeDays(this.database, this.writer, this.kinds, beforeMs);
  }

  /** Rolls up what ended at or before `untilMs`; leave late samples some time. Idempotent, may be killed anywhere. */
  rollUp(untilMs: number): Promise<RolledDay[]> {
    return rollUp(this.database, this.writer, this.kinds, untilMs);
  }

  /** Sorts the hours of open days that ended at or before `untilMs`, for quick questions. Idempotent, may be killed anywhere. @returns how many rows were moved */
  sortHours(untilMs: number): Promise<number> {
    return sortHours(this.database, untilMs);
  }

  /**
   * Retention by time: forgets days of a tier that ended at or before `beforeMs`, but none that the coarser tier does not have yet.
   * @returns the days dropped, ms since the epoch
   */
  dropBefore(tier: TierName, beforeMs: number): Promise<number[]> {
    return this.reserve.spendOn(() => dropBefore(this.database, this.writer, tier, beforeMs));
  }

  /** Retention by size: forgets the oldest days, raw ones first, until the store takes at most `maxBytes`, as far as that can be (`shrink-to.ts`). @returns how many days went */
  shrinkTo(maxBytes: number): Promise<number> {
    return this.reserve.spendOn(() => shrinkTo(this.database, this.writer, this.log, maxBytes));
  }

  /** Why nothing can be written now, in words for the operator; undefined when it can. */
  async refusal(): Promise<string | undefined> {
    return (await this.writer.refusal())?.message;
  }

  /** Compares closed days' files with what they were when they were published; those that differ are set aside. */
  lookForDamage(): Promise<void> {
    return this.guard.look();
  }

  /** What was set aside; undefined when nothing is. */
  damage(): Promise<DamageReport | undefined> {
    return this.database.damaged.report();
  }

  stats(): Promise<MetricStoreStats> {
    return metricStoreStats(this.database, this.writer);
  }

  /** Waits for what is under way; nothing can be asked of the store afterwards. */
  async close(): Promise<void> {
    await this.guard.close();
    await this.database.close();
  }
}
