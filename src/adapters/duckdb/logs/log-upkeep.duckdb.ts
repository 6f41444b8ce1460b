import { stat } from 'node:fs/promises';
import { type LogStoreStats, LogUpkeep } from '../../../logs/store/log-store.port.js';
import type { Log } from '../../../platform/log.js';
import type { DiskReserve } from '../disk-reserve.js';
import { Serial } from '../serial.js';
import type { ActiveReads } from './active-reads.js';
import { closeChunk } from './close-chunk.js';
import { dropSegments } from './drop-segments.js';
import { linesTable } from './log-columns.js';
import { loadLogLayout, type LogDatabase } from './log-database.js';
import type { LogSegmentGuard } from './log-segment-guard.js';
import { readSegments } from './log-segment.js';
import type { DuckdbLogWriter } from './log-writer.duckdb.js';
import { mergeSegments } from './merge-segments.js';
import { planMerges } from './plan-merges.js';

export interface LogUpkeepOptions {
  readonly retentionMs: number;
  /** 0: no bound. */
  readonly maxBytes: number;
  /** A chunk that was opened so long ago is closed however small it is; small segments are put together later. */
  readonly chunkAgeMs: number;
}

interface Means {
  readonly database: LogDatabase;
  readonly writer: DuckdbLogWriter;
  readonly guard: LogSegmentGuard;
  readonly reserve: DiskReserve;
  readonly reads: ActiveReads;
  readonly log: Log;
}

/** Closes chunks, puts small segments together, forgets old lines and looks for damage; one thing at a time. */
export class DuckdbLogUpkeep extends LogUpkeep {
  private readonly serial = new Serial();
  private isClosed = false;
  private isClosingFull = false;

  constructor(
    private readonly means: Means,
    private readonly options: LogUpkeepOptions,
  ) {
    super();
    means.writer.onFull = () => void this.closeFull();
  }

  override upkeep(nowMs: number): Promise<void> {
    return this.serial.run(async () => {
      const { writer, reserve } = this.means;
      await reserve.spendOn(() => this.drop(nowMs));
      if (await writer.refusal()) return; // nothing that takes room
      await this.means.guard.look();
      await writer.endChunk(nowMs - this.options.chunkAgeMs);
      await this.closeChunks(nowMs);
      await this.merge(nowMs);
      await reserve.spendOn(() => this.drop(nowMs));
    });
  }

  override async stats(): Promise<LogStoreStats> {
    const { database } = this.means;
    const { segments, open } = await database.write(async (connection) => {
      const { chunks } = await loadLogLayout(connection);
      const selects = chunks.map((chunk) => `SELECT count(*) AS n, min(time) AS oldest FROM ${linesTable(chunk)}`);
      const query = selects.length === 0 ? 'SELECT 0 AS n, NULL::BIGINT AS oldest' : selects.join(' UNION ALL ');
      const result = await connection.runAndReadAll(`SELECT sum(n)::DOUBLE, min(oldest) FROM (${query})`);
      const [open = [0, null]] = result.getRowsJS() as [number, bigint | null][];
      return { segments: await readSegments(connection), open };
    });
    const [openLines, openOldest] = open;
    const oldest = [...segments.map(({ firstTime }) => firstTime), ...(openOldest === null ? [] : [openOldest])];
    const oldestNs = oldest.reduce<bigint | undefined>(
      (least, time) => (least === undefined || time < least ? time : least),
      undefined,
    );
    const bytes = segments.reduce((sum, segment) => sum + segment.bytes, await this.databaseBytes());
    const lines = segments.reduce((sum, segment) => sum + segment.lines, openLines);
    return { engine: 'duckdb', lines, bytes, ...(oldestNs !== undefined && { oldestNs }) };
  }

  /** Begins nothing new; what is under way ends when the database is closed. */
  stop(): void {
    this.isClosed = true;
  }

  /** When the writer has filled a chunk, it does not wait for the next upkeep. */
  private async closeFull(): Promise<void> {
    if (this.isClosingFull) return;
    this.isClosingFull = true;
    try {
      await this.serial.run(() => {
        this.isClosingFull = false; // one that is filled from here on is closed by a turn of its own
        return this.closeChunks(Date.now());
      });
    } catch (error) {
      if (!this.isClosed)
        this.means.log.warn('Lines cannot be put into segments; the next upkeep tries again', { error });
    }
  }

  private async closeChunks(nowMs: number): Promise<void> {
    const { database, writer } = this.means;
    for (const chunk of await writer.endedChunks()) {
      if (this.isClosed) return;
      await closeChunk(database, chunk, nowMs);
      writer.chunkClosed();
    }
  }

  private async merge(nowMs: number): Promise<void> {
    const { database, guard, reads } = this.means;
    const segments = await database.write((connection) => readSegments(connection));
    for (const some of planMerges(segments, BigInt(nowMs) * 1_000_000n)) {
      if (this.isClosed) return;
      if (!(await guard.areWhole(some))) continue;
      await mergeSegments(database, some);
      await reads.settled();
      await guard.removeUnlisted();
    }
  }

  private async drop(nowMs: number): Promise<void> {
    const { database, guard, reads } = this.means;
    const { retentionMs, maxBytes } = this.options;
    const beforeNs = BigInt(nowMs - retentionMs) * 1_000_000n;
    if ((await dropSegments(database, { beforeNs, maxBytes, otherBytes: await this.databaseBytes() })) === 0) return;
    await reads.settled();
    await guard.removeUnlisted();
  }

  private async databaseBytes(): Promise<number> {
    const { files } = this.means.database;
    const sizes = await Promise.all([files.main, ...(await files.logs())].map(async (path) => (await stat(path)).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}
