import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import type { RolledTier, Series } from '../../src/metrics/metric-store.port.js';
import { DAMAGES } from '../support/damage.js';
import { type RolledRow, rolledRows } from '../support/rolled-rows.js';
import { aNode, aPod, aSample } from '../support/samples.js';
import { DAY, MINUTE } from './metric-store.fixture.js';

const HOUR = 60 * MINUTE;
const DAY_0 = Date.UTC(2026, 2, 4);
/** Until where all is rolled up; the last day is open. */
const END = DAY_0 + 2 * DAY + 2 * HOUR;
const LAST = { '5m': '20260306_g1', '1h': '20260306_g1' } as const;

describe('the history of DuckdbMetricStore on damaged files', () => {
  let template: string;
  let folder: string;
  let store: DuckdbMetricStore;

  const temporary = () => mkdtemp(join(tmpdir(), 'metric-history-damage-'));
  const open = (path: string) => DuckdbMetricStore.open({ folder: path, diskProbe: () => Promise.resolve(0) });

  /** Two closed days and an open one, two hours each, of a pod and a node; all rolled up. */
  beforeAll(async () => {
    template = await temporary();
    store = await open(template);
    for (const day of [0, 1, 2]) {
      for (let minute = 0; minute < 120; minute += 10) {
        const values = { 'cpu/usage_rate': day * 1000 + minute, 'cpu/usage': (day * 1000 + minute) * 2 ** 20 };
        const samples = [aSample(aPod(), values), aSample(aNode(), values)];
        await store.writer.append(DAY_0 + day * DAY + minute * MINUTE, [{ scope: 'node-1', samples }]);
      }
    }
    await store.closeDays(DAY_0 + 2 * DAY);
    await store.rollUp(END);
    await store.close();
  });
  afterAll(() => rm(template, { recursive: true }));
  beforeEach(async () => {
    folder = await temporary();
    await cp(template, folder, { recursive: true });
    store = await open(folder);
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  const read = async (tier: RolledTier, type: 'pod' | 'node' = 'pod'): Promise<Series['points']> => {
    const span = { fromMs: DAY_0, toMs: END, stepMs: HOUR, maxSeries: 9, aggregation: 'avg', tier } as const;
    const [series] = await store.reader.range({ ...span, metric: 'cpu/usage_rate', select: { type } });
    return series?.points ?? [];
  };
  const damage = async (...files: readonly string[]): Promise<void> => {
    for (const file of files) DAMAGES.garbage(join(folder, 'segments', `${file}.parquet`), 0.5);
    await store.lookForDamage();
  };
  const rows = (tier: RolledTier) => rolledRows(folder, 'pod', tier);

  it.each<[RolledTier, string]>([
    ['5m', '20260304_g1'],
    ['5m', LAST['5m']],
    ['1h', '20260305_g1'],
    ['1h', LAST['1h']],
  ])('a day of %s (%s) is read from the finer tier, and made again by the next roll-up', async (tier, day) => {
    const before = { read: await read(tier), rows: await rows(tier), ofNode: await read(tier, 'node') };
    expect(before.read).toHaveLength(6);
    await damage(`pod_${tier}_${day}`);
    expect(await rows(tier)).not.toEqual(before.rows);
    expect(await read(tier)).toEqual(before.read);
    expect(await store.reader.lost()).toEqual([]);
    const { rolledUpUntilMs } = await store.stats();
    expect(await store.rollUp(END)).toMatchObject([{ tier }]);
    expect(await rows(tier)).toEqual(before.rows);
    expect({ read: await read(tier), ofNode: await read(tier, 'node') }).toMatchObject({
      read: before.read,
      ofNode: before.ofNode,
    });
    expect((await store.stats()).rolledUpUntilMs).toEqual(rolledUpUntilMs);
    expect(await store.rollUp(END)).toEqual([]);
  });

  it('a damaged file of the open day loses no bucket when new ones come to it before the next look', async () => {
    const before = await rows('5m');
    await damage(`pod_5m_${LAST['5m']}`);
    await store.writer.append(END, [{ scope: 'node-1', samples: [aSample(aPod(), { 'cpu/usage_rate': 7 })] }]);
    await store.rollUp(END + 5 * MINUTE);
    expect((await rows('5m')).slice(0, -1)).toEqual(before);
    expect((await rows('5m')).at(-1)).toMatchObject({ cycle_at: END, 'cpu/usage_rate#sum': 7 });
  });

  it('both rolled-up tiers of a day come again from its raw samples', async () => {
    const before = [await rows('5m'), await rows('1h')];
    await damage('pod_5m_20260305_g1', 'pod_1h_20260305_g1');
    await store.rollUp(END);
    expect([await rows('5m'), await rows('1h')]).toEqual(before);
  });

  it('what no finer tier has is lost, and said; coarser rows stay as they are', async () => {
    const before = { rows: await rows('1h'), read: await read('5m') };
    await store.dropBefore('raw', DAY_0 + DAY);
    await damage('pod_5m_20260304_g1');
    expect(await read('5m')).toEqual(before.read.slice(2));
    const lost = { tier: '5m', kind: { type: 'pod' }, fromMs: DAY_0, toMs: DAY_0 + DAY };
    expect(await store.reader.lost()).toEqual([lost]);
    expect(await store.rollUp(END)).toEqual([]);
    expect(await rows('1h')).toEqual(before.rows);
  });

  it('a closed day of raw samples that is lost is lost for readers of raw samples alone', async () => {
    const before = await read('5m');
    await damage('pod_20260304_g1');
    expect(await read('5m')).toEqual(before);
    const lost = { tier: 'raw', kind: { type: 'pod' }, fromMs: DAY_0, toMs: DAY_0 + DAY };
    expect(await store.reader.lost()).toEqual([lost]);
    expect(await store.rollUp(END)).toEqual([]);
    expect(await read('5m')).toEqual(before);
  });

  it.each<[string, number]>([
    ['that day', 15 * MINUTE],
    ['the day before', -20 * HOUR],
  ])(
    'rolled-up rows of a closed day whose raw samples are lost stay when a sample comes late for %s',
    async (_, afterMs) => {
      const before = [await rows('5m'), await rows('1h')];
      await damage('pod_20260305_g1');
      const late = [aSample(aPod(), { 'cpu/usage_rate': 7 })];
      await store.writer.append(DAY_0 + DAY + afterMs, [{ scope: 'node-1', samples: late }]);
      await store.rollUp(END);
      const known = (all: readonly RolledRow[]) => all.map((row) => [row['cycle_at'], row['cpu/usage_rate#sum']]);
      for (const [place, tier] of (['5m', '1h'] as const).entries())
        expect(known(await rows(tier))).toEqual(expect.arrayContaining(known(before[place] ?? [])));
    },
  );
});
