import { TIERS } from '../../metrics/metric-store.port.js';
import { dropDays, isRolledUp } from './drop-before.js';
import type { MetricDatabase } from './metric-database.js';
import type { Layout, Part } from './metric-layout.js';
import { storeBytes } from './metric-store-stats.js';
import type { DuckdbMetricWriter } from './metric-writer.duckdb.js';
import { removeUnlisted } from './segment-manifest.js';

/**
 * Forgets days until the store takes at most `maxBytes`, one after the other: the oldest raw days that are rolled up, then the oldest of `5m` that are, then
 * the oldest of `1h`; only when nothing else is left, days that no coarser tier has, raw ones first. The newest raw day is kept in any case.
 * Space of open days is given back inside of the database's file, which new samples fill again; the file itself does not shrink.
 * @returns how many days went
 */
export async function shrinkTo(
  database: MetricDatabase,
  writer: DuckdbMetricWriter,
  maxBytes: number,
): Promise<number> {
  return database.maintain(async () => {
    let count = 0;
    while ((await storeBytes(database)) > maxBytes) {
      const dropped = await dropDays(database, writer, nextToGo);
      if (dropped.length === 0) break;
      await removeUnlisted(database);
      count += dropped.length;
    }
    return count;
  });
}

/** The parts of the day that goes next; none when nothing may go. */
export function nextToGo(layout: Layout): Part[] {
  const newestMs = Math.max(...layout.parts.filter(({ tier }) => tier === 'raw').map(({ dayMs }) => dayMs));
  const days = TIERS.flatMap((tier) => {
    const parts = layout.parts.filter((part) => part.tier === tier && (tier !== 'raw' || part.dayMs !== newestMs));
    return [...new Set(parts.map((part) => part.dayMs))]
      .sort((a, b) => a - b)
      .map((dayMs) => parts.filter((part) => part.dayMs === dayMs));
  });
  const isSafe = (parts: readonly Part[]): boolean => parts.every((part) => isRolledUp(layout, part));
  return days.find(isSafe) ?? days[0] ?? [];
}
