import type { DuckDBConnection } from '@duckdb/node-api';
import { removeUnlisted } from './close-days.js';
import type { MetricDatabase } from './metric-database.js';
import { DAY_MS, type Layout, type Part, WRITTEN } from './metric-layout.js';
import type { DuckdbMetricWriter } from './metric-writer.duckdb.js';

/**
 * Forgets the days that ended at or before `beforeMs`, closed or not, and the objects that no kept day has seen.
 * @returns the days that were dropped, ms since the epoch
 */
export async function dropBefore(
  database: MetricDatabase,
  writer: DuckdbMetricWriter,
  beforeMs: number,
): Promise<number[]> {
  return database.maintain(async () => {
    const dropped = await database.write(async (connection, layout) => {
      const parts = layout.parts.filter((part) => part.dayMs + DAY_MS <= beforeMs);
      if (parts.length === 0) return [];
      await database.swapLayout(() => dropParts(connection, parts));
      writer.forget();
      return [...new Set(parts.map((part) => part.dayMs))].sort((a, b) => a - b);
    });
    if (dropped.length === 0) return [];
    await database.write(async (connection, layout) => {
      await dropUnseenObjects(connection, layout);
      writer.forget();
    });
    await removeUnlisted(database);
    return dropped;
  });
}

async function dropParts(connection: DuckDBConnection, parts: readonly Part[]): Promise<void> {
  await connection.run('BEGIN');
  for (const part of parts) {
    if (!part.isSegment) await connection.run(`DROP TABLE ${part.name}`);
  }
  const days = [...new Set(parts.map((part) => part.dayMs))].join(', ');
  await connection.run(`DELETE FROM segments WHERE day IN (${days})`);
  await connection.run(`DELETE FROM superseded WHERE day IN (${days})`);
  await connection.run('COMMIT');
}

/** An object is kept when a kept closed day is the last that has seen it, or an open day has. */
async function dropUnseenObjects(connection: DuckDBConnection, layout: Layout): Promise<void> {
  const closed = layout.parts.filter((part) => part.isSegment).map((part) => part.dayMs);
  const oldestClosed = Math.min(...closed);
  const open = layout.parts.filter((part) => !part.isSegment && part.kind !== WRITTEN);
  const seen = open.map((part) => `SELECT object_id FROM ${part.name}`).join(' UNION ');
  const notClosed = Number.isFinite(oldestClosed) ? `coalesce(last_closed_day, -1) < ${String(oldestClosed)}` : 'true';
  await connection.run('BEGIN');
  await connection.run(`DELETE FROM objects WHERE ${notClosed} ${seen ? `AND id NOT IN (${seen})` : ''}`);
  await connection.run('DELETE FROM label_sets WHERE id <> 0 AND id NOT IN (SELECT labels_id FROM objects)');
  await connection.run('COMMIT');
}
