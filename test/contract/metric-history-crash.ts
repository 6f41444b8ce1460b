import { expect } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { rolledRows } from '../support/rolled-rows.js';
import { startTypescriptChild } from '../support/typescript-child.js';
import { DAY, MINUTE } from './metric-store.fixture.js';

/** Midnight comes after an hour, so that days are closed while cycles are written. */
const START = Date.UTC(2026, 2, 5) - 60 * MINUTE;
const PODS = 20;
const WIDTHS = { '5m': 5, '1h': 60 } as const;

/** Kills a process again and again in a roll-up, a sorting of hours or a closing of days, and looks each time at all that the store holds. */
export async function killInMaintenance(kills: number, what: 'rolling' | 'sorting' | 'closing'): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'metric-history-crash-'));
  let next = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const child = startTypescriptChild('../contract/metric-roller.main.ts', folder, String(next), String(START));
    const from = next;
    const isDue = (line: string): boolean => {
      const [verb, cycle] = line.split(' ');
      return verb === what && Number(cycle) >= from + 11;
    };
    await child.waitForLine(isDue);
    await pause(Math.random() * 60); // anywhere in the work that follows
    await child.kill();
    await expect(child.waitForLine(() => false)).rejects.toThrow('The process ended'); // every line has been read
    const lines = child.lines.filter((line) => line.startsWith('acknowledged'));
    next = (await expectWhole(folder, Number(lines.at(-1)?.split(' ')[1]))) + 1;
  }
  await rm(folder, { recursive: true });
}

/** Looks at raw samples, then at what is rolled up as it was found, then after rolling up to the end. @returns the last cycle */
async function expectWhole(folder: string, acknowledged: number): Promise<number> {
  const store = await DuckdbMetricStore.open({ folder });
  const select = { type: 'pod' } as const;
  const span = { fromMs: START, toMs: START + 10 * DAY, stepMs: MINUTE };
  const query = { ...span, metric: 'memory/usage', select, aggregation: 'sum', maxSeries: 100 } as const;
  const series = await store.reader.range(query);
  expect(series).toHaveLength(PODS);
  const last = (series[0]?.points.length ?? 0) - 1;
  expect([acknowledged, acknowledged + 1]).toContain(last);
  const cycles = Array.from({ length: last + 1 }, (_, cycle) => cycle);
  for (const { points } of series) expect(points.map(([, value]) => value)).toEqual(cycles);
  const { rolledUpUntilMs } = await store.stats();
  for (const tier of ['5m', '1h'] as const) await expectRolled(folder, tier, rolledUpUntilMs[tier] ?? START, last);
  const files = await readdir(join(folder, 'segments'));
  expect(files.filter((file) => !file.endsWith('.parquet'))).toEqual([]);
  const endMs = Math.floor((START + last * MINUTE) / (60 * MINUTE)) * 60 * MINUTE;
  await store.rollUp(endMs);
  for (const tier of ['5m', '1h'] as const) await expectRolled(folder, tier, endMs, last);
  await store.close();
  return last;
}

async function expectRolled(folder: string, tier: '5m' | '1h', untilMs: number, last: number): Promise<void> {
  const width = WIDTHS[tier];
  const columns = ['cycle_at', 'object_id', 'rows', ...['min', 'max', 'sum'].map((part) => `"memory/usage#${part}"`), '"memory/page_faults#increase"']; // prettier-ignore
  const rows = (await rolledRows(folder, 'pod', tier, columns.join(', '))).filter(({ cycle_at }) => Number(cycle_at) < untilMs); // prettier-ignore
  const buckets = Math.floor((Math.min(untilMs, START + (last + 1) * MINUTE) - START) / (width * MINUTE));
  expect(rows).toHaveLength(buckets * PODS);
  for (const row of rows) {
    const first = (Number(row['cycle_at']) - START) / MINUTE;
    expect(row).toMatchObject({
      rows: width,
      'memory/usage#min': first,
      'memory/usage#max': first + width - 1,
      'memory/usage#sum': width * first + (width * (width - 1)) / 2,
      'memory/page_faults#increase': first === 0 ? 10 * (width - 1) : 10 * width,
    });
  }
}
