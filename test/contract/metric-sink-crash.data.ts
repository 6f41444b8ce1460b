import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { PostgresCycleRecords } from '../../src/adapters/postgres/cycle-records.postgres.js';
import { Database } from '../../src/adapters/postgres/database.js';
import { PostgresSinkRecords } from '../../src/adapters/postgres/sink-records.postgres.js';
import { metricsOf } from '../../src/metrics/core/metric-catalogue.js';
import type { MetricWriter } from '../../src/metrics/metric-store.port.js';
import { prepareDataDir } from '../support/prepared-records.js';
import { aFullSample, aPod } from '../support/samples.js';
import { MINUTE, T0 } from './metric-store.fixture.js';

export const SINK = 'archive';
const NODES = Array.from({ length: 8 }, (_, index) => `node-${String(index)}`);
const PODS_ON_NODE = 16;

/** Of one cycle: what a sink must have. A few requests' worth. */
export const PODS = NODES.length * PODS_ON_NODE;
export const METRICS = metricsOf('pod').map(({ name }) => name);

function scopesOf(nodes: readonly string[], value: number, labels: Record<string, string>) {
  return nodes.map((node) => ({
    scope: node,
    samples: Array.from({ length: PODS_ON_NODE }, (_, index) =>
      aFullSample(aPod({ node, pod: `${node}-${String(index)}`, labels }), value),
    ),
  }));
}

/** Gives the pods of a node other labels by a later cycle, which is never closed. */
export async function appendLabels(writer: MetricWriter, run: number): Promise<void> {
  await writer.append(
    T0 + (10_000 + run) * MINUTE,
    scopesOf(NODES.slice(run % 2, 1 + (run % 2)), 0, { run: String(run) }),
  );
}

/** Makes a folder with so many closed cycles, all of which wait for the sink; the first value of a cycle is its number. */
export async function fill(folder: string, cycles: number): Promise<void> {
  const store = await DuckdbMetricStore.open({ folder: join(folder, 'metrics') });
  await prepareDataDir(folder);
  const database = await Database.openEmbedded({ folder: join(folder, 'records') });
  await new PostgresSinkRecords(database).begin(SINK, T0);
  const records = new PostgresCycleRecords(database);
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const cycleAtMs = T0 + cycle * MINUTE;
    await records.start({ cycleAtMs, resolutionMs: MINUTE, startedAtMs: cycleAtMs, shards: [NODES] });
    await store.writer.append(cycleAtMs, scopesOf(NODES, cycle, { run: 'none' }));
    await records.close(cycleAtMs, { closedAtMs: cycleAtMs + 1, nodesPresent: NODES.length, missing: [] }, 0);
  }
  await store.close();
  await database.close();
}
