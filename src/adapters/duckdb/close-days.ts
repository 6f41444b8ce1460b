import type { DuckDBConnection } from '@duckdb/node-api';
import { join } from 'node:path';
import type { BackgroundConnection } from './background-connection.js';
import type { MetricDatabase } from './metric-database.js';
import { DAY_MS, KEY_COLUMNS, type Layout, type Part, partName, WRITTEN } from './metric-layout.js';
import type { DuckdbMetricWriter } from './metric-writer.duckdb.js';
import { partSource, sqlText, validRows } from './sample-source.js';
import { publishFile, removeOrphans, temporaryName } from './segment-files.js';

export interface ClosedDay {
  readonly dayMs: number;
  readonly rows: number;
  readonly bytes: number;
}

interface Segment {
  readonly kind: string;
  readonly file: string;
  readonly metrics: readonly string[];
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Turns the tables of days that are over into one Parquet file a kind, sorted by object. May be killed anywhere and begun again: the day's tables
 * are frozen (what arrives goes to the next generation), copied to files under temporary names, the files synced and renamed, and then one
 * transaction enters them in the manifest and drops the tables. A day that got samples after it was closed is closed again: its older
 * segment and the new tables become one segment, without the rows that are void.
 * @param beforeMs days that ended at or before this instant are closed
 */
export async function closeDays(
  database: MetricDatabase,
  writer: DuckdbMetricWriter,
  beforeMs: number,
): Promise<ClosedDay[]> {
  return database.maintain(async (background) => {
    const layout = await database.write((_, layout) => Promise.resolve(layout));
    const open = layout.parts.filter((part) => !part.isSegment && part.dayMs + DAY_MS <= beforeMs);
    const days = [...new Set(open.map((part) => part.dayMs))].sort((a, b) => a - b);
    const closed: ClosedDay[] = [];
    for (const dayMs of days) closed.push(await closeDay(database, writer, background, dayMs));
    return closed;
  });
}

async function closeDay(
  database: MetricDatabase,
  writer: DuckdbMetricWriter,
  background: BackgroundConnection,
  dayMs: number,
): Promise<ClosedDay> {
  const { layout, parts, generation } = await database.write(async (_, layout) => {
    await writer.refuseWhenFull();
    const parts = layout.parts.filter((part) => part.dayMs === dayMs);
    const generation = Math.max(...parts.map((part) => part.generation));
    writer.generations.freeze(dayMs, generation);
    return { layout, parts, generation };
  });
  const segments: Segment[] = [];
  for (const kind of new Set(parts.map((part) => part.kind))) {
    if (kind === WRITTEN) continue;
    const ofKind = parts.filter((part) => part.kind === kind);
    const segment = await copyKind(background, database.segmentFolder, layout, ofKind, generation);
    if (segment) segments.push(segment);
  }
  await database.write((connection) => markLastClosedDay(connection, database.segmentFolder, segments, dayMs));
  await database.write(async (connection) => {
    await database.swapLayout(() => enter(connection, parts, segments, dayMs, generation));
    writer.forget();
  });
  await removeUnlisted(database);
  const sum = (of: (segment: Segment) => number) => segments.reduce((total, segment) => total + of(segment), 0);
  return { dayMs, rows: sum(({ rows }) => rows), bytes: sum(({ bytes }) => bytes) };
}

async function copyKind(
  background: BackgroundConnection,
  folder: string,
  layout: Layout,
  parts: readonly Part[],
  generation: number,
): Promise<Segment | undefined> {
  const [first] = parts;
  if (!first) return undefined;
  const file = `${partName(first.kind, first.dayMs, generation)}.parquet`;
  const metrics = [...new Set(parts.flatMap((part) => part.metrics))];
  const sources = parts.map((part) => {
    const columns = [...KEY_COLUMNS, ...part.metrics.map((metric) => `"${metric}"`)].map((column) => `p.${column}`);
    return `SELECT ${columns.join(', ')} FROM ${partSource(part, folder)} p WHERE ${validRows(layout, part)}`;
  });
  const result = await background.run(
    `COPY (SELECT * FROM (${sources.join(' UNION ALL BY NAME ')}) ORDER BY object_id, cycle_at)
     TO ${sqlText(join(folder, temporaryName(file)))} (FORMAT parquet, COMPRESSION zstd)`,
  );
  const rows = Number((await result.getRowsJS())[0]?.[0] ?? 0);
  if (rows === 0) return undefined;
  const { bytes } = await publishFile(folder, file);
  return { kind: first.kind, file, metrics, rows, bytes };
}

/** Notes on what day an object was last seen, so that it can be dropped with that day. Repeating it changes nothing. */
async function markLastClosedDay(
  connection: DuckDBConnection,
  folder: string,
  segments: readonly Segment[],
  dayMs: number,
): Promise<void> {
  for (const { file } of segments) {
    await connection.run(
      `UPDATE objects SET last_closed_day = ${String(dayMs)}
       WHERE coalesce(last_closed_day, -1) < ${String(dayMs)}
         AND id IN (SELECT DISTINCT object_id FROM read_parquet(${sqlText(join(folder, file))}))`,
    );
  }
}

/** The one transaction that makes the files count instead of the tables. */
async function enter(
  connection: DuckDBConnection,
  parts: readonly Part[],
  segments: readonly Segment[],
  dayMs: number,
  generation: number,
): Promise<void> {
  const day = String(dayMs);
  await connection.run('BEGIN');
  await connection.run(`DELETE FROM segments WHERE day = ${day}`);
  for (const { kind, file, metrics, rows, bytes } of segments) {
    const list = metrics.map((metric) => sqlText(metric)).join(', ');
    const values = [sqlText(kind), day, generation, sqlText(file), `[${list}]::VARCHAR[]`, rows, bytes];
    await connection.run(
      `INSERT INTO segments (kind, day, generation, file, metrics, row_count, bytes) VALUES (${values.join(', ')})`,
    );
  }
  for (const part of parts) if (!part.isSegment) await connection.run(`DROP TABLE ${part.name}`);
  await connection.run(`DELETE FROM superseded WHERE day = ${day} AND below <= ${String(generation)}`);
  await connection.run('COMMIT');
}

/** After a change of the manifest: makes it lasting, then removes files that it no longer names; to be called while no segment is being written. */
export async function removeUnlisted(database: MetricDatabase): Promise<string[]> {
  await database.settle();
  const layout = await database.write((_, layout) => Promise.resolve(layout));
  const manifest = new Set(layout.parts.filter((part) => part.isSegment).map((part) => part.name));
  return removeOrphans(database.segmentFolder, manifest);
}
