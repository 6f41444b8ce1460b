import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { startTypescriptChild } from '../support/typescript-child.js';
import { DAY, MINUTE } from './metric-store.fixture.js';

/** Midnight comes after 30 cycles, so that days are closed while cycles are written. */
const START = Date.UTC(2026, 2, 5) - 30 * MINUTE;

/** Kills the process of an embedded store again and again, anywhere in its work: appends, reruns, folding the log in, closing days. */
export function crashSuite(kills: number): void {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'metric-crash-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('keeps every acknowledged cycle whole, and none torn or doubled', async () => {
    let next = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const child = startTypescriptChild('../contract/metric-appender.main.ts', folder, String(next), String(START));
      const target = next + 10 + Math.floor(Math.random() * 40);
      await child.waitForLine((line) => line === `acknowledged ${String(target)}`);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 30)); // anywhere in the work that follows
      await child.kill();
      await expect(child.waitForLine(() => false)).rejects.toThrow('The process ended'); // every line has been read
      const acknowledged = Number(child.lines.at(-1)?.split(' ')[1]);
      next = (await expectWhole(acknowledged)) + 1;
    }
  });

  /** Opens the store and looks at every cycle; gives the last that is there. */
  async function expectWhole(acknowledged: number): Promise<number> {
    const store = await DuckdbMetricStore.open({ folder });
    expect(await store.damage()).toBeUndefined();
    const series = await store.reader.range({
      metric: 'memory/usage',
      select: { type: 'pod' },
      fromMs: START,
      toMs: START + 10 * DAY,
      stepMs: MINUTE,
      aggregation: 'sum',
      maxSeries: 100,
    });
    expect(series).toHaveLength(40);
    const values = series[0]?.points.map(([, value]) => value) ?? [];
    for (const { points } of series) expect(points.map(([, value]) => value)).toEqual(values);
    const last = values.length - 1;
    expect([acknowledged, acknowledged + 1]).toContain(last);
    const whole = values.map((value, cycle) => (cycle > acknowledged && value === -1 ? cycle : value));
    expect(whole).toEqual(values.map((_, cycle) => cycle));
    const leftovers = (await readdir(join(folder, 'segments'))).filter((file) => !file.endsWith('.parquet'));
    expect(leftovers).toEqual([]);
    await store.close();
    return values.at(-1) === -1 ? last - 1 : last;
  }
}
