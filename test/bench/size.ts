import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import type { Figure } from './figure.js';
import { seedDayOfHistory } from './seed-history.js';
import { timed } from './timed.js';

const DAY_MS = 86_400_000;
const ASKED_NODES = 100;
/** What is kept by default (`METRIC_RETENTION_RAW`, `_5M`, `_1H`). */
const KEPT_DAYS = { raw: 3, '5m': 30, '1h': 400 } as const;
type Tier = keyof typeof KEPT_DAYS;
const KEYS = ['cycle_at', 'object_id', 'scope_id', 'sampled_at', 'rows'];

interface TierSize {
  readonly rows: number;
  /** Values that are known, of all rows. */
  readonly values: number;
  readonly bytes: number;
}

/** `npm run bench -- size [--nodes 100] [--pods 30]`: what a day takes on the disk after it was closed and rolled up, and what that makes of the three tiers. */
export async function benchSize(nodes: number, podsPerNode: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-size-'));
  try {
    const dayMs = Date.UTC(2026, 2, 4);
    console.log(`Drawing a day of ${nodes} nodes with ${podsPerNode} pods each, a cycle a minute ...`);
    const rows = await timed('  drawn', () => seedDayOfHistory({ folder, nodes, podsPerNode, dayMs }));
    const unsortedBytes = await usedBytes(folder);
    const store = await DuckdbMetricStore.open({ folder });
    await timed('  its hours sorted', () => store.sortHours(dayMs + DAY_MS));
    await store.close();
    const openBytes = await usedBytes(folder);
    console.log(`  the open day takes ${megabytes(unsortedBytes)} as it came, ${megabytes(openBytes)} sorted`);
    await roll(folder, dayMs + DAY_MS);
    const sizes = {
      raw: await sizeOf(folder, 'raw'),
      '5m': await sizeOf(folder, '5m'),
      '1h': await sizeOf(folder, '1h'),
    };
    return figures(rows, openBytes, sizes, ASKED_NODES / nodes);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Closes the day and rolls it up. */
async function roll(folder: string, endMs: number): Promise<void> {
  const store = await DuckdbMetricStore.open({ folder });
  await timed('  closed', () => store.closeDays(endMs));
  await timed('  rolled up', () => store.rollUp(endMs));
  await store.close();
}

/** Bytes of the database's blocks that are in use: a file does not shrink. */
async function usedBytes(folder: string): Promise<number> {
  const instance = await DuckDBInstance.create(join(folder, 'metrics.duckdb'));
  const connection = await instance.connect();
  await connection.run('CHECKPOINT');
  const result = await connection.runAndReadAll(
    'SELECT (used_blocks * block_size)::DOUBLE FROM pragma_database_size()',
  );
  connection.closeSync();
  instance.closeSync();
  return Number(result.getRowsJS()[0]?.[0]);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function figures(samples: number, openBytes: number, sizes: Readonly<Record<Tier, TierSize>>, scale: number): Figure[] {
  console.log(`The account, for ${ASKED_NODES} nodes:`);
  let total = 0;
  for (const tier of ['raw', '5m', '1h'] as const) {
    const { rows, values, bytes } = sizes[tier];
    const days = KEPT_DAYS[tier];
    const whole = bytes * scale * days;
    total += whole;
    console.log(
      `  ${tier.padEnd(3)} ${Math.round(rows * scale).toLocaleString('en')} rows a day, ${(values / rows).toFixed(1)} values a row, ` +
        `${(bytes / rows).toFixed(1)} bytes a row, ${(bytes / values).toFixed(2)} a value: ` +
        `${((bytes * scale) / 1e6).toFixed(1)} MB a day, ${(whole / 1e9).toFixed(2)} GB in ${days} days`,
    );
  }
  console.log(
    `  besides, the day that is open, in the database: ${((openBytes * scale) / 1e9).toFixed(2)} GB at its end`,
  );
  return [
    { name: 'samples of the day', value: samples, unit: '' },
    { name: 'bytes a value of a closed day', value: sizes.raw.bytes / sizes.raw.values, unit: 'B', atMost: 3 },
    { name: 'bytes a value of 5m', value: sizes['5m'].bytes / sizes['5m'].values, unit: 'B' },
    { name: 'bytes a value of 1h', value: sizes['1h'].bytes / sizes['1h'].values, unit: 'B' },
    { name: `three tiers of ${ASKED_NODES} nodes`, value: total / 1e9, unit: 'GB', atMost: 12 },
  ];
}

/** From the files' own footers; bytes are those of the whole files. */
async function sizeOf(folder: string, tier: Tier): Promise<TierSize> {
  const files = join(folder, 'segments', '*.parquet');
  const isTier =
    tier === 'raw'
      ? `NOT regexp_matches(file_name, '_(5m|1h)_[0-9]+_g')`
      : `file_name LIKE '%\\_${tier}\\_%' ESCAPE '\\'`;
  const connection = await (await DuckDBInstance.create()).connect();
  const keys = KEYS.map((key) => `'${key}'`).join(', ');
  const [[rows, values] = []] = (
    await connection.runAndReadAll(
      `SELECT sum(CASE WHEN path_in_schema = 'object_id' THEN num_values END)::DOUBLE,
         sum(CASE WHEN path_in_schema NOT IN (${keys}) THEN num_values - coalesce(stats_null_count, 0) END)::DOUBLE
       FROM parquet_metadata('${files}') WHERE ${isTier}`,
    )
  ).getRowsJS();
  const sized = await connection.runAndReadAll(
    `SELECT sum(size)::DOUBLE FROM (SELECT filename AS file_name, size FROM read_blob('${files}')) WHERE ${isTier}`,
  );
  connection.closeSync();
  return { rows: Number(rows), values: Number(values), bytes: Number(sized.getRowsJS()[0]?.[0]) };
}
