import { DuckDBInstance } from '@duckdb/node-api';
import { join } from 'node:path';
import { BackgroundConnection } from '../../src/adapters/duckdb/background-connection.js';
import { loadLayout, type Part, partName } from '../../src/adapters/duckdb/metric-layout.js';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { partSource } from '../../src/adapters/duckdb/sample-source.js';
import { enterSegments, type Segment } from '../../src/adapters/duckdb/segment-manifest.js';
import { writeSegment } from '../../src/adapters/duckdb/write-segment.js';
import type { PlanOptions } from '../../sim/plan-cluster.js';
import { seedDayOfHistory } from './seed-history.js';
import { timed } from './timed.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The jobs leave samples so long to come late. */
const LATE_MS = 15 * MINUTE_MS;

export interface TiersOptions extends Omit<PlanOptions, 'seed'> {
  /** `DATA_DIR/metrics`; made. */
  readonly folder: string;
  /** Of samples; others stand in files of their own. */
  readonly kinds: readonly string[];
  /** Days of the rolled-up tiers. */
  readonly days: number;
  /** Where the history ends, ms. */
  readonly nowMs: number;
}

/**
 * Makes a store with a history: yesterday, closed and rolled up, and today until now, with what the hourly job makes of it, by the store's own means; of the days before
 * the rolled-up tiers, which are yesterday's with other times.
 * @returns raw samples that were drawn
 */
export async function seedTiers({ folder, kinds, days, nowMs, ...cluster }: TiersOptions): Promise<number> {
  const todayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const drawn = { folder, kinds, ...cluster };
  const yesterday = await timed('  yesterday drawn', () => seedDayOfHistory({ ...drawn, dayMs: todayMs - DAY_MS }));
  await timed('  closed and rolled up', () =>
    withStore(folder, async (store) => {
      await store.closeDays(todayMs);
      await store.rollUp(todayMs);
    }),
  );
  await timed(`  ${days} days of the rolled-up tiers written`, () => repeatDay(folder, todayMs - DAY_MS, days));
  const cycles = Math.floor((nowMs - todayMs) / MINUTE_MS);
  const today = await timed('  today drawn', () => seedDayOfHistory({ ...drawn, dayMs: todayMs, cycles }));
  await timed('  rolled up, its hours sorted', () =>
    withStore(folder, async (store) => {
      await store.rollUp(nowMs - LATE_MS);
      await store.sortHours(nowMs - LATE_MS);
    }),
  );
  return yesterday + today;
}

async function withStore(folder: string, work: (store: DuckdbMetricStore) => Promise<void>): Promise<void> {
  const store = await DuckdbMetricStore.open({ folder });
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

/** Writes the rolled-up parts of a day again for the days before it. */
async function repeatDay(folder: string, dayMs: number, days: number): Promise<void> {
  const segments = join(folder, 'segments');
  const instance = await DuckDBInstance.create(join(folder, 'metrics.duckdb'), { threads: '2', memory_limit: '2GB' });
  const connection = await instance.connect();
  const background = new BackgroundConnection(await instance.connect());
  try {
    const { parts } = await loadLayout(connection);
    const rolled = parts.filter((part) => part.tier !== 'raw' && part.dayMs === dayMs);
    const made: Segment[] = [];
    for (let back = 1; back < days; back += 1) {
      for (const part of rolled) made.push(await moved(background, segments, part, back * DAY_MS));
    }
    await connection.run('BEGIN');
    await enterSegments(connection, made);
    await connection.run('COMMIT');
  } finally {
    await background.close();
    connection.closeSync();
    instance.closeSync();
  }
}

async function moved(background: BackgroundConnection, folder: string, part: Part, byMs: number): Promise<Segment> {
  const { tier, kind, metrics } = part;
  const dayMs = part.dayMs - byMs;
  const query = `SELECT * REPLACE (cycle_at - ${String(byMs)} AS cycle_at) FROM ${partSource(part, folder)}`;
  const file = `${partName(kind, dayMs, 1, tier)}.parquet`;
  const written = await writeSegment(background, folder, query, file, tier);
  if (!written) throw new Error(`${part.name} is empty`);
  return { tier, kind, dayMs, generation: 1, file, metrics, ...written };
}
