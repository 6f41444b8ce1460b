import type { DuckDBConnection } from '@duckdb/node-api';
import type { BackgroundConnection } from './background-connection.js';
import type { MetricDatabase } from './metric-database.js';
import type { Kinds } from './metric-kinds.js';
import { DAY_MS, KEY_COLUMNS, type Layout, type Part, partName, WRITTEN } from './metric-layout.js';
import type { DuckdbMetricWriter } from './metric-writer.duckdb.js';
import { partSource, validRows } from './sample-source.js';
import { enterSegments, markLastClosedDay, removeUnlisted, type Segment } from './segment-manifest.js';
import { findStoredTypes } from './stored-types.js';
import { writeSegment } from './write-segment.js';

export interface ClosedDay {
  readonly dayMs: number;
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
  kinds: Kinds,
  beforeMs: number,
): Promise<ClosedDay[]> {
  return database.maintain(async (background) => {
    const layout = await database.write((_, layout) => Promise.resolve(layout));
    const open = layout.parts.filter((part) => !part.isSegment && part.dayMs + DAY_MS <= beforeMs);
    const days = [...new Set(open.map((part) => part.dayMs))].sort((a, b) => a - b);
    const closed: ClosedDay[] = [];
    for (const dayMs of days) closed.push(await closeDay({ database, writer, kinds, background }, dayMs));
    return closed;
  });
}

interface Means {
  readonly database: MetricDatabase;
  readonly writer: DuckdbMetricWriter;
  readonly kinds: Kinds;
  readonly background: BackgroundConnection;
}

async function closeDay(means: Means, dayMs: number): Promise<ClosedDay> {
  const { database, writer } = means;
  const { layout, parts, generation } = await database.write(async (_, layout) => {
    await writer.refuseWhenFull();
    const parts = layout.parts.filter((part) => part.tier === 'raw' && part.dayMs === dayMs);
    const generation = Math.max(...parts.map((part) => part.generation));
    writer.generations.freeze(dayMs, generation);
    return { layout, parts, generation };
  });
  const segments: Segment[] = [];
  for (const kind of new Set(parts.map((part) => part.kind))) {
    if (kind === WRITTEN) continue;
    const ofKind = parts.filter((part) => part.kind === kind);
    const segment = await copyKind(means, layout, ofKind, generation);
    if (segment) segments.push(segment);
  }
  await database.write((connection) => markLastClosedDay(connection, database.segmentFolder, segments));
  await database.write(async (connection) => {
    await database.swapLayout(() => enter(connection, parts, segments, dayMs, generation));
    writer.forget();
  });
  await removeUnlisted(database);
  const sum = (of: (segment: Segment) => number) => segments.reduce((total, segment) => total + of(segment), 0);
  return { dayMs, rows: sum(({ rows }) => rows), bytes: sum(({ bytes }) => bytes) };
}

async function copyKind(
  { database, kinds, background }: Means,
  layout: Layout,
  parts: readonly Part[],
  generation: number,
): Promise<Segment | undefined> {
  const [first] = parts;
  if (!first) return undefined;
  const { kind, dayMs } = first;
  const folder = database.segmentFolder;
  const sources = parts.map((part) => {
    const metrics = part.metrics.map((metric) => `p."${metric}"::DOUBLE AS "${metric}"`);
    const columns = [...KEY_COLUMNS.map((column) => `p.${column}`), ...metrics];
    return `SELECT ${columns.join(', ')} FROM ${partSource(part, folder)} p WHERE ${validRows(layout, part)}`;
  });
  const source = sources.join(' UNION ALL BY NAME ');
  const names = [...new Set(parts.flatMap((part) => part.metrics))];
  const columns = names.map((name) => ({ name, definition: kinds.findDefinition(name) }));
  const types = await findStoredTypes(background, source, columns);
  const stored = [...types].map(([name, type]) => `"${name}"::${type} AS "${name}"`);
  const query = `SELECT ${[...KEY_COLUMNS, ...stored].join(', ')} FROM (${source}) ORDER BY object_id, cycle_at`;
  const file = `${partName(kind, dayMs, generation)}.parquet`;
  const written = await writeSegment(background, folder, query, file, 'raw');
  return written && { tier: 'raw', kind, dayMs, generation, file, metrics: [...types.keys()], ...written };
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
  await connection.run(`DELETE FROM segments WHERE tier = 'raw' AND day = ${day}`);
  await enterSegments(connection, segments);
  for (const part of parts) if (!part.isSegment) await connection.run(`DROP TABLE ${part.name}`);
  await connection.run(`DELETE FROM superseded WHERE day = ${day} AND below <= ${String(generation)}`);
  await connection.run('COMMIT');
}
