import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricDatabase } from './metric-database.js';
import type { RolledTier } from '../../metrics/metric-store.port.js';
import { WRITTEN } from './metric-layout.js';
import { partSource } from './sample-source.js';
import type { DuckdbMetricWriter } from './metric-writer.duckdb.js';

/** How the store is, for health and self-metrics. */
export interface MetricStoreStats {
  /** Database, write-ahead log, segments, the catalogue's copy and what was set aside. */
  readonly bytesOnDisk: number;
  readonly walBytes: number;
  /** Raw samples kept; of open days DuckDB's own estimate. */
  readonly rows: number;
  /** Files of the raw tier. */
  readonly segments: number;
  readonly openDays: number;
  /** By tier: up to where every kind is rolled up, ms; absent as long as nothing is. */
  readonly rolledUpUntilMs: { readonly [Tier in RolledTier]?: number };
  /** Share of the data disk that is used, 0 to 1. */
  readonly diskUsedRatio: number;
  /** Undefined as long as nothing was ever written. */
  readonly newestCycleAtMs: number | undefined;
  /** How long the last append of this process took, its waiting included. */
  readonly lastAppendMs: number | undefined;
  /** Appends (and other writes) that wait or run: the writer's lag. */
  readonly pendingWrites: number;
}

export async function metricStoreStats(
  database: MetricDatabase,
  writer: DuckdbMetricWriter,
): Promise<MetricStoreStats> {
  const { files } = database;
  const { pendingWrites } = database;
  return database.read(async (connection, layout) => {
    const tables = layout.parts.filter((part) => !part.isSegment && part.kind !== WRITTEN);
    const written = layout.parts.filter((part) => part.kind === WRITTEN);
    const raw = layout.parts.filter((part) => part.tier === 'raw');
    const segments = raw.filter((part) => part.isSegment);
    const names = tables.map(({ name }) => `'${name}'`).join(', ') || "''";
    const estimate = await connection.runAndReadAll(
      `SELECT coalesce(sum(estimated_size), 0)::DOUBLE FROM duckdb_tables() WHERE table_name IN (${names})`,
    );
    const newestDayMs = Math.max(...raw.map((part) => part.dayMs));
    const newest = raw
      .filter((part) => part.dayMs === newestDayMs)
      .map((part) => `SELECT max(cycle_at)::DOUBLE AS newest FROM ${partSource(part, database.segmentFolder)}`);
    const cycle =
      newest.length > 0
        ? await connection.runAndReadAll(`SELECT max(q.newest) FROM (${newest.join(' UNION ALL ')}) q`)
        : undefined;
    const walBytes = await fileBytes(files.log);
    const newestCycleAt = cycle?.getRowsJS()[0]?.[0];
    return {
      bytesOnDisk: await storeBytes(database),
      walBytes,
      rows: Number(estimate.getRowsJS()[0]?.[0]) + segments.reduce((sum, { rowCount }) => sum + rowCount, 0),
      segments: segments.length,
      openDays: new Set(written.map(({ dayMs }) => dayMs)).size,
      rolledUpUntilMs: Object.fromEntries(
        [...layout.rolledUp].map(([tier, kinds]) => [tier, Math.min(...kinds.values())]),
      ),
      diskUsedRatio: await writer.diskUsedRatio(),
      newestCycleAtMs: typeof newestCycleAt === 'number' ? newestCycleAt : undefined,
      lastAppendMs: writer.lastAppendMs,
      pendingWrites,
    };
  });
}

/** Bytes of the database, its write-ahead log, the catalogue's copy, the segments and what was set aside. */
export async function storeBytes({ files, damaged }: MetricDatabase): Promise<number> {
  const fixed = await Promise.all([files.main, files.log, files.copy].map(fileBytes));
  const damagedBytes = (await damaged.report())?.bytes ?? 0;
  return fixed.reduce((sum, bytes) => sum + bytes, damagedBytes) + (await folderBytes(files.segments));
}

async function fileBytes(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0; // The write-ahead log is absent right after a checkpoint, a segment after it was dropped.
  }
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const file of await readdir(folder)) bytes += await fileBytes(join(folder, file));
  return bytes;
}
