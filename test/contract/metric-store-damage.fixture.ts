import { expect } from '@jest/globals';
import type { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { metricIndex } from '../../src/metrics/core/metric-catalogue.js';
import type { Series } from '../../src/metrics/metric-store.port.js';
import { aFullSample, aPod } from '../support/samples.js';
import { DAY, MINUTE } from './metric-store.fixture.js';

const NODES = ['node-1', 'node-2', 'node-3'];
const PODS_PER_NODE = 4;
/** Cycles of each closed day; of the open day, so many stand in the database and as many more in the log. */
export const CYCLES = 20;
const DAY_0 = Date.UTC(2026, 2, 4);
export const OPEN_DAY = DAY_0 + 2 * DAY;
const PLACE = metricIndex('pod', 'cpu/usage_rate');

/** How many cycles each day has for every pod. */
export type Cycles = readonly [number, number, number];
export const ALL: Cycles = [CYCLES, CYCLES, 2 * CYCLES];

const valueOf = (cycle: number, pod: number): number => cycle * 100 + pod;

export function append(store: DuckdbMetricStore, day: number, cycle: number): Promise<void> {
  return store.writer.append(
    DAY_0 + day * DAY + cycle * MINUTE,
    NODES.map((node) => ({
      scope: node,
      samples: Array.from({ length: PODS_PER_NODE }, (_, pod) =>
        aFullSample(
          aPod({ node, pod: `${node}-${String(pod)}`, podUid: `${node}-${String(pod)}` }),
          valueOf(cycle, pod),
        ),
      ),
    })),
  );
}

/** Every sample of every pod, in one query. */
export function wholeRange(store: DuckdbMetricStore): Promise<Series[]> {
  return store.reader.range({
    metric: 'cpu/usage_rate',
    select: { type: 'pod' },
    fromMs: DAY_0,
    toMs: OPEN_DAY + DAY,
    stepMs: MINUTE,
    aggregation: 'sum',
    maxSeries: 100,
  });
}

/** How many cycles each day has; every pod has the same ones, with its own values. */
export async function cyclesOf(store: DuckdbMetricStore): Promise<Cycles> {
  const series = await wholeRange(store);
  const days = [0, 1, 2].map((day) => {
    const fromMs = DAY_0 + day * DAY;
    const ofDay = series.map(({ object, points }) => {
      const mine = points.filter(([at]) => at >= fromMs && at < fromMs + DAY);
      const pod = Number(object.pod?.split('-').at(-1));
      expect(mine).toEqual(mine.map(([at]) => [at, valueOf((at - fromMs) / MINUTE, pod) + PLACE]));
      return mine.length;
    });
    const lengths = new Set(ofDay.filter((length) => length > 0));
    expect(lengths.size).toBeLessThanOrEqual(1);
    if (lengths.size > 0) expect(ofDay.filter((length) => length > 0)).toHaveLength(NODES.length * PODS_PER_NODE);
    return [...lengths][0] ?? 0;
  });
  return [days[0] ?? 0, days[1] ?? 0, days[2] ?? 0];
}
