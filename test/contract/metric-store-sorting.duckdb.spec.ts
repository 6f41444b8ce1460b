import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aPod, aSample } from '../support/samples.js';
import { Log } from '../../src/platform/log.js';
import { type MetricDatabase, openMetricDatabase } from '../../src/adapters/duckdb/metric-database.js';
import { Kinds } from '../../src/adapters/duckdb/metric-kinds.js';
import { DuckdbMetricReader } from '../../src/adapters/duckdb/metric-reader.duckdb.js';
import { DuckdbMetricWriter } from '../../src/adapters/duckdb/metric-writer.duckdb.js';
import { sortHours } from '../../src/adapters/duckdb/sort-hours.js';

const T0 = Date.UTC(2026, 2, 4, 10);
const HOUR_MS = 3_600_000;

describe('sortHours', () => {
  let folder: string;
  let database: MetricDatabase;
  let writer: DuckdbMetricWriter;

  const append = (minute: number, value: number) =>
    writer.append(T0 + minute * 60_000, [{ scope: 'node-1', samples: [aSample(aPod(), { 'cpu/usage_rate': value })] }]);
  const values = async () => {
    const span = { fromMs: T0, toMs: T0 + HOUR_MS, stepMs: 60_000, aggregation: 'sum', maxSeries: 10 } as const;
    const reader = new DuckdbMetricReader(database, new Kinds());
    const series = await reader.range({ ...span, metric: 'cpu/usage_rate', select: { type: 'pod' } });
    return series.map(({ points }) => points.map(([, value]) => value));
  };
  /** The database, in which something else is done before the rows of an hour are deleted where they were. */
  const before = (other: () => Promise<void>) => {
    let writes = 0;
    const write: MetricDatabase['write'] = async (work) => {
      writes += 1;
      if (writes === 3) await other(); // the first two look at the layout and make the tables
      return database.write(work);
    };
    const maintain: MetricDatabase['maintain'] = (work) => database.maintain(work);
    return { write, maintain, swapLayout: (change: () => Promise<void>) => database.swapLayout(change) };
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sort-hours-'));
    const options = { folder, memoryLimitBytes: 64_000_000, threads: 1, checkpointBytes: 1_000_000 };
    database = await openMetricDatabase({ ...options, readConnections: 1, log: Log.silent() });
    writer = new DuckdbMetricWriter(database, new Kinds(), { probe: () => Promise.resolve(0), limitRatio: 1 });
    for (const minute of [0, 1, 2]) await append(minute, minute);
  });
  afterEach(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });

  it('leaves an hour for the next time when rows of it are written again meanwhile', async () => {
    expect(
      await sortHours(
        before(() => append(1, 100)),
        T0 + HOUR_MS,
      ),
    ).toBe(0);
    expect(await values()).toEqual([[0, 100, 2]]);
    expect(await sortHours(database, T0 + HOUR_MS)).toBe(3);
    expect(await values()).toEqual([[0, 100, 2]]);
  });

  it('leaves what comes for the hour meanwhile, and moves the rest', async () => {
    expect(
      await sortHours(
        before(() => append(3, 3)),
        T0 + HOUR_MS,
      ),
    ).toBe(3);
    expect(await values()).toEqual([[0, 1, 2, 3]]);
    expect(await sortHours(database, T0 + HOUR_MS)).toBe(1);
    expect(await values()).toEqual([[0, 1, 2, 3]]);
  });

  it('takes nothing from where it was when it fails', async () => {
    const full = () => Promise.reject(new Error('No space left on device'));
    await expect(sortHours(before(full), T0 + HOUR_MS)).rejects.toThrow('No space left on device');
    expect(await values()).toEqual([[0, 1, 2]]);
    expect(await sortHours(database, T0 + HOUR_MS)).toBe(3);
  });
});
