import type { DuckDBConnection } from '@duckdb/node-api';
import { join } from 'node:path';
import type { TierName } from '../../metrics/metric-store.port.js';
import type { MetricDatabase } from './metric-database.js';
import { sqlText } from './sql-text.js';
import { removeOrphans } from './segment-files.js';

/** A published file that is to be entered in the manifest. */
export interface Segment {
  readonly tier: TierName;
  readonly kind: string;
  readonly dayMs: number;
  readonly generation: number;
  readonly file: string;
  readonly metrics: readonly string[];
  readonly rows: number;
  readonly bytes: number;
}

/** Within a transaction. */
export async function enterSegments(connection: DuckDBConnection, segments: readonly Segment[]): Promise<void> {
  for (const { tier, kind, dayMs, generation, file, metrics, rows, bytes } of segments) {
    const list = metrics.map((metric) => sqlText(metric)).join(', ');
    const values = [
      sqlText(kind),
      dayMs,
      generation,
      sqlText(file),
      `[${list}]::VARCHAR[]`,
      rows,
      bytes,
      sqlText(tier),
    ];
    await connection.run(
      `INSERT INTO segments (kind, day, generation, file, metrics, row_count, bytes, tier) VALUES (${values.join(', ')})`,
    );
  }
}

/** Notes on what day an object was last seen, so that it can be dropped with that day. Repeating it changes nothing. */
export async function markLastClosedDay(
  connection: DuckDBConnection,
  folder: string,
  segments: readonly Segment[],
): Promise<void> {
  for (const { file, dayMs } of segments) {
    await connection.run(
      `UPDATE objects SET last_closed_day = ${String(dayMs)}
       WHERE coalesce(last_closed_day, -1) < ${String(dayMs)}
         AND id IN (SELECT DISTINCT object_id FROM read_parquet(${sqlText(join(folder, file))}))`,
    );
  }
}

/** After a change of the manifest: makes it lasting, then removes files that it no longer names; to be called while no segment is being written. */
export async function removeUnlisted(database: MetricDatabase): Promise<string[]> {
  await database.settle();
  const layout = await database.write((_, layout) => Promise.resolve(layout));
  const manifest = new Set(layout.parts.filter((part) => part.isSegment).map((part) => part.name));
  return removeOrphans(database.segmentFolder, manifest);
}
