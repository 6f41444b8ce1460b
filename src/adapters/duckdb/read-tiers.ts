import type { DuckDBConnection } from '@duckdb/node-api';
import { type TierName, TIER_WIDTH_MS, TIERS, type TierState } from '../../metrics/metric-store.port.js';
import { type Layout, WRITTEN } from './metric-layout.js';
import { readRows } from './read-rows.js';
import { partSource } from './sample-source.js';

/** What each tier holds. Looks only into the parts of a tier's oldest day. */
export async function readTiers(connection: DuckDBConnection, layout: Layout, folder: string): Promise<TierState[]> {
  const states: TierState[] = [];
  for (const name of TIERS) {
    const oldestMs = await findOldest(connection, layout, folder, name);
    states.push({
      name,
      ...(name === 'raw' ? {} : { resolutionMs: TIER_WIDTH_MS[name] }),
      ...(oldestMs === undefined ? {} : { oldestMs }),
    });
  }
  return states;
}

async function findOldest(
  connection: DuckDBConnection,
  layout: Layout,
  folder: string,
  tier: TierName,
): Promise<number | undefined> {
  const parts = layout.parts.filter((part) => part.tier === tier && part.kind !== WRITTEN);
  const days = [...new Set(parts.map(({ dayMs }) => dayMs))].sort((a, b) => a - b);
  for (const dayMs of days) {
    const ofDay = parts.filter((part) => part.dayMs === dayMs);
    const selects = ofDay.map((part) => `SELECT min(cycle_at) AS oldest FROM ${partSource(part, folder)}`);
    const rows = await readRows(connection, `SELECT min(oldest)::DOUBLE FROM (${selects.join(' UNION ALL ')})`);
    const oldest = rows[0]?.[0];
    if (typeof oldest === 'number') return oldest;
  }
  return undefined;
}
