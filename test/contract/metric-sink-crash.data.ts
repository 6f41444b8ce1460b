import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { PostgresCycleRecords } from '../../src/adapters/postgres/cycle-records.postgres.js';
import { Database } from '../../src/adapters/postgres/database.js';
import { PostgresSinkRecords } from '../../src/adapters/postgres/sink-records.postgres.js';
import { PostgresSinkSamples } from '../../src/adapters/postgres/sink-samples.postgres.js';
import { metricsOf } from '../../src/metrics/core/metric-catalogue.js';
import type { MetricWriter } from '../../src/metrics/metric-store.port.js';
import type { CycleSamples } from '../../src/metrics/sinks/cycle-samples.port.js';
import { FeedingMetricWriter } from '../../src/metrics/sinks/feeding-metric-writer.js';
import { MemoryMetricStore } from '../support/memory-metric-store.js';
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

/** What sinks are fed from: the embedded store, or what the records keep beside a store on a server. */
export type Feed = 'store' | 'records';

export interface OpenFeed {
  readonly samples: CycleSamples;
  readonly append: MetricWriter['append'];
  close(): Promise<void>;
}

export async function openFeed(feed: Feed, folder: string, database: Database): Promise<OpenFeed> {
  if (feed === 'records') {
    const samples = new PostgresSinkSamples(database);
    const writer = new FeedingMetricWriter(new MemoryMetricStore().writer, samples);
    return { samples, append: writer.append.bind(writer), close: () => Promise.resolve() };
  }
  const store = await DuckdbMetricStore.open({ folder: join(folder, 'metrics') });
  return { samples: store.cycleSamples, append: store.writer.append.bind(store.writer), close: () => store.close() };
}

/** Gives the pods of a node other labels by a later cycle, which is never closed. */
export async function appendLabels({ append }: OpenFeed, run: number): Promise<void> {
  await append(T0 + (10_000 + run) * MINUTE, scopesOf(NODES.slice(run % 2, 1 + (run % 2)), 0, { run: String(run) }));
}

/** Collects a cycle and closes it; the first value of each pod is its number. */
export async function collect({ append }: OpenFeed, database: Database, cycle: number): Promise<void> {
  const records = new PostgresCycleRecords(database);
  const cycleAtMs = T0 + cycle * MINUTE;
  await records.start({ cycleAtMs, resolutionMs: MINUTE, startedAtMs: cycleAtMs, shards: [NODES] });
  await append(cycleAtMs, scopesOf(NODES, cycle, { run: 'none' }));
  await records.close(cycleAtMs, { closedAtMs: cycleAtMs + 1, nodesPresent: NODES.length, missing: [] }, 0);
}

/** Makes a folder with so many closed cycles, all of which wait for the sink. */
export async function fill(folder: string, feed: Feed, cycles: number): Promise<void> {
  await prepareDataDir(folder);
  const database = await Database.openEmbedded({ folder: join(folder, 'records') });
  const open = await openFeed(feed, folder, database);
  await new PostgresSinkRecords(database).begin(SINK, T0);
  for (let cycle = 0; cycle < cycles; cycle += 1) await collect(open, database, cycle);
  await open.close();
  await database.close();
}
