import type { DuckDBConnection } from '@duckdb/node-api';
import type { TierName } from '../../metrics/metric-store.port.js';
import type { MetricDatabase } from './metric-database.js';
import { DAY_MS, type Layout, type Part, WRITTEN } from './metric-layout.js';
import type { DuckdbMetricWriter } from './metric-writer.duckdb.js';
import { removeUnlisted } from './segment-manifest.js';

/** The tier that is made from a tier. */
const COARSER = { raw: '5m', '5m': '1h', '1h': undefined } as const satisfies Record<TierName, TierName | undefined>;

/**
 * Forgets the days of a tier that ended at or before `beforeMs`, closed or not, and the objects that no kept day of any tier has seen. A day that the coarser
 * tier does not have wholly is kept, until it is rolled up.
 * @returns the days that were dropped, ms since the epoch
 */
export async function dropBefore(
  database: MetricDatabase,
  writer: DuckdbMetricWriter,
  tier: TierName,
  beforeMs: number,
): Promise<number[]> {
  return database.maintain(async () => {
    const dropped = await dropDays(database, writer, (layout) =>
      layout.parts.filter((part) => part.tier === tier && part.dayMs + DAY_MS <= beforeMs && isRolledUp(layout, part)),
    );
    if (dropped.length > 0) await removeUnlisted(database);
    return dropped;
  });
}

/** Whether a coarser tier has all of the day, or there is none. What came for a day that was dropped is not rolled up, and need not be. */
export function isRolledUp(layout: Layout, { tier, kind, dayMs }: Part): boolean {
  const coarser = COARSER[tier];
  if (coarser === undefined || kind === WRITTEN) return true;
  if (dayMs < (layout.droppedBefore.get(tier) ?? Number.NEGATIVE_INFINITY)) return true;
  return (layout.rolledUp.get(coarser)?.get(kind) ?? Number.NEGATIVE_INFINITY) >= dayMs + DAY_MS;
}

/**
 * Within `maintain`: drops whole days of one tier. A day goes only when all of its parts were chosen.
 * @returns the days, ms since the epoch, ascending
 */
export async function dropDays(
  database: MetricDatabase,
  writer: DuckdbMetricWriter,
  choose: (layout: Layout) => readonly Part[],
): Promise<number[]> {
  const dropped = await database.write(async (connection, layout) => {
    const parts = wholeDays(layout, choose(layout));
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
  return dropped;
}

function wholeDays(layout: Layout, chosen: readonly Part[]): Part[] {
  const names = new Set(chosen.map((part) => part.name));
  return chosen.filter(({ tier, dayMs }) =>
    layout.parts.every((part) => part.tier !== tier || part.dayMs !== dayMs || names.has(part.name)),
  );
}

async function dropParts(connection: DuckDBConnection, parts: readonly Part[]): Promise<void> {
  await connection.run('BEGIN');
  for (const part of parts) {
    if (!part.isSegment) await connection.run(`DROP TABLE ${part.name}`);
  }
  for (const tier of new Set(parts.map((part) => part.tier))) {
    const days = parts.filter((part) => part.tier === tier).map((part) => part.dayMs);
    const list = [...new Set(days)].join(', ');
    await connection.run(`DELETE FROM segments WHERE tier = '${tier}' AND day IN (${list})`);
    if (tier === 'raw') await connection.run(`DELETE FROM superseded WHERE day IN (${list})`);
    await connection.run(`INSERT INTO dropped VALUES ('${tier}', ${String(Math.max(...days) + DAY_MS)})`);
    await connection.run(
      `DELETE FROM dropped WHERE tier = '${tier}' AND before < (SELECT max(before) FROM dropped WHERE tier = '${tier}')`,
    );
  }
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
