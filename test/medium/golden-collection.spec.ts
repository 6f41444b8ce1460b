import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { PostgresCycleRecords } from '../../src/adapters/postgres/cycle-records.postgres.js';
import { PostgresPreviousReadings } from '../../src/adapters/postgres/previous-readings.postgres.js';
import { CloseCycle } from '../../src/metrics/collect/close-cycle.service.js';
import { ClusterFacts, type KnownNode } from '../../src/metrics/collect/cluster-facts.port.js';
import { CollectNode } from '../../src/metrics/collect/collect-node.service.js';
import { CollectShard } from '../../src/metrics/collect/collect-shard.service.js';
import { CustomMetrics } from '../../src/metrics/collect/custom-metrics.service.js';
import { KubeletSource, type NodeTarget, type ReadSummary } from '../../src/metrics/collect/kubelet.port.js';
import { StartCycle } from '../../src/metrics/collect/start-cycle.service.js';
import type { ObjectType } from '../../src/metrics/core/sample.js';
import {
  GOLDEN_AT_MS,
  GOLDEN_NODE,
  GOLDEN_POD,
  GOLDEN_VALUES,
  goldenSummary,
} from '../../src/metrics/core/testdata/golden.js';
import { Log } from '../../src/platform/log.js';
import { OwnMetrics } from '../../src/platform/own-metrics.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';
import { ManualClock } from '../support/sink-rig.js';

class GoldenFacts extends ClusterFacts {
  private readonly known: KnownNode = { facts: GOLDEN_NODE, target: { name: GOLDEN_NODE.name, port: 10250 } };
  override nodes = () => [this.known];
  override node = (name: string) => (name === GOLDEN_NODE.name ? this.known : undefined);
  override podsOnNode = (node: string) => (node === GOLDEN_NODE.name ? [GOLDEN_POD] : []);
}

class GoldenKubelet extends KubeletSource {
  index: 0 | 1 = 0;

  override async fetchSummary<Result>(_: NodeTarget, read: ReadSummary<Result>): Promise<Result> {
    return read(Buffer.from(JSON.stringify(goldenSummary(this.index))), GOLDEN_AT_MS[this.index]);
  }

  override stream(): Promise<void> {
    return Promise.reject(new Error('no custom metrics are asked for'));
  }
}

const OPTIONS = { resolutionMs: 60_000, shardDeadlineMs: 30_000, shardNodes: 5, concurrency: 1, customMetrics: [], customMaxSeries: 1 }; // prettier-ignore

let records: TestRecords;
let folder: string;
let store: DuckdbMetricStore;
beforeAll(async () => {
  records = await openPgliteRecords();
  folder = await mkdtemp(join(tmpdir(), 'golden-collection-'));
  store = await DuckdbMetricStore.open({ folder });
  const clock = new ManualClock();
  const [facts, kubelet, cycles] = [new GoldenFacts(), new GoldenKubelet(), new PostgresCycleRecords(records.database)];
  const custom = new CustomMetrics(kubelet, OPTIONS, new OwnMetrics(), Log.silent());
  const node = new CollectNode(kubelet, facts, custom, clock, OPTIONS);
  const readings = new PostgresPreviousReadings(records.database);
  for (const index of [0, 1] as const) {
    [kubelet.index, clock.nowMs] = [index, GOLDEN_AT_MS[index]];
    // Each cycle by workers of its own: they share the records and the store alone.
    const shards = await new StartCycle(facts, cycles, clock, OPTIONS).start();
    for (const shard of shards)
      await new CollectShard(node, readings, store.writer, cycles, clock, OPTIONS).collect(shard);
    await new CloseCycle(cycles, store.writer, clock).close(GOLDEN_AT_MS[index]);
  }
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
  await records.close();
});

/** As it is read from the store. */
async function valueAt(
  atMs: number,
  type: ObjectType,
  metric: string,
  container?: string,
): Promise<number | undefined> {
  const select = { type, ...(container === undefined ? {} : { container }) };
  const found = await store.reader.instant({ metric, select, atMs, lookbackMs: 1, limit: 9, order: 'object' });
  return found[0]?.value;
}

describe('the golden example, collected, stored and read', () => {
  it.each(GOLDEN_VALUES)('gives %s %s %s', async (type, metric, container, value) => {
    expect(await valueAt(GOLDEN_AT_MS[1], type, metric, container)).toBe(value);
  });

  it('keeps the fraction of the small container, and has no limit and no first rate, where Heapster said 0', async () => {
    expect(await valueAt(GOLDEN_AT_MS[1], 'pod_container', 'cpu/usage_rate', 'side')).toBeCloseTo(15.678, 3);
    expect(await valueAt(GOLDEN_AT_MS[1], 'cluster', 'cpu/limit')).toBeUndefined();
    expect(await valueAt(GOLDEN_AT_MS[0], 'node', 'cpu/usage_rate')).toBeUndefined();
    expect(await valueAt(GOLDEN_AT_MS[0], 'node', 'cpu/node_reservation')).toBe(0.05);
  });
});
