import { TIERS } from '../../metrics/metric-store.port.js';
import type { Log } from '../../platform/log.js';
import { dropDays, isRolledUp } from './drop-before.js';
import type { MetricDatabase } from './metric-database.js';
import type { Layout, Part } from './metric-layout.js';
import { storeBytes } from './metric-store-stats.js';
import type { DuckdbMetricWriter } from './metric-writer.duckdb.js';
import { removeUnlisted } from './segment-manifest.js';

/**
 * Forgets days until the store takes at most `maxBytes`, one after the other: the oldest raw days that are rolled up, then the oldest of `5m` that are, then
 * the oldest of `1h`; only when nothing else is left, days that no coarser tier has, raw ones first. The newest raw day is kept in any case. When all of it
 * would not do, because the database or what was set aside takes more, nothing goes that no coarser tier has: it would be lost and the store still be too large.
 * Space of open days is given back inside of the database's file, which new samples fill again; the file itself does not shrink.
 * @returns how many days went
 */
export async function shrinkTo(
  database: MetricDatabase,
  writer: DuckdbMetricWriter,
  log: Log,
  maxBytes: number,
): Promise<number> {
  return database.maintain(async () => {
    let count = 0;
    for (;;) {
      const bytes = await storeBytes(database);
      if (bytes <= maxBytes) return count;
      const dropped = await dropDays(database, writer, (layout) => nextToGo(layout, bytes - maxBytes));
      if (dropped.length === 0) {
        log.warn('The metric store takes more than METRICS_MAX_BYTES, and nothing more may go', { bytes, maxBytes });
        return count;
      }
      await removeUnlisted(database);
      count += dropped.length;
    }
  });
}

/** The parts of the day that goes next; none when nothing may go. @param excessBytes how much is too much */
function nextToGo(layout: Layout, excessBytes: number): Part[] {
  const newestMs = Math.max(...layout.parts.filter(({ tier }) => tier === 'raw').map(({ dayMs }) => dayMs));
  const days = TIERS.flatMap((tier) => {
    const parts = layout.parts.filter((part) => part.tier === tier && (tier !== 'raw' || part.dayMs !== newestMs));
    return [...new Set(parts.map((part) => part.dayMs))]
      .sort((a, b) => a - b)
      .map((dayMs) => parts.filter((part) => part.dayMs === dayMs));
  });
  const isEnough = days.flat().reduce((sum, { bytes }) => sum + bytes, 0) >= excessBytes;
  const isSafe = (parts: readonly Part[]): boolean =>
    parts.every((part) => isRolledUp(layout, part) && (isEnough || part.tier !== '1h'));
  return days.find(isSafe) ?? (isEnough ? days[0] : undefined) ?? [];
}
