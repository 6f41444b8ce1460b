import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KubernetesClusterWatch } from '../../src/adapters/kubernetes/cluster-watch.kubernetes.js';
import type { KubernetesApi } from '../../src/adapters/kubernetes/kubernetes-api.js';
import { PostgresCycleRecords } from '../../src/adapters/postgres/cycle-records.postgres.js';
import { PostgresPreviousReadings } from '../../src/adapters/postgres/previous-readings.postgres.js';
import { ClusterView } from '../../src/cluster/cluster-view.js';
import { CloseCycle } from '../../src/metrics/collect/close-cycle.service.js';
import { ClusterViewFacts } from '../../src/metrics/collect/cluster-view-facts.js';
import { CollectNode } from '../../src/metrics/collect/collect-node.service.js';
import type { CollectOptions } from '../../src/metrics/collect/collect-options.js';
import { CollectShard } from '../../src/metrics/collect/collect-shard.service.js';
import { CustomMetrics } from '../../src/metrics/collect/custom-metrics.service.js';
import type { Cycle, CycleRecords } from '../../src/metrics/collect/cycle-records.port.js';
import { StartCycle, type ShardPayload } from '../../src/metrics/collect/start-cycle.service.js';
import type { MetricWriter, ObjectSelector } from '../../src/metrics/metric-store.port.js';
import { Clock, SystemClock } from '../../src/platform/clock.js';
import { Log } from '../../src/platform/log.js';
import { OwnMetrics } from '../../src/platform/own-metrics.js';
import { Readiness } from '../../src/platform/readiness.js';
import type { NodeFault } from '../../sim/kubelet-faults.js';
import { SimulationFixture } from '../../sim/simulation.fixture.js';
import { eventually } from '../support/eventually.js';
import { apiOf } from '../support/cluster-client.js';
import { KubeletsByFault } from '../support/kubelets-by-fault.js';
import { MemoryMetricStore } from '../support/memory-metric-store.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';

const MINUTE = 60_000;
const FAULTS: Record<string, readonly [NodeFault, string]> = {
  'node-01': ['down', 'connection-refused'],
  'node-02': ['hang', 'timeout'],
  'node-03': ['drip', 'timeout'],
  'node-04': ['garbage', 'garbage'],
  'node-05': ['truncated', 'connection-lost'],
  'node-06': ['huge', 'body-too-large'],
  'node-07': ['wrong-certificate', 'certificate'],
  'node-08': ['clock-skew', 'clock-skew'],
  'node-09': ['clock-behind', 'clock-skew'],
  'node-10': ['http-500', 'http-500'],
  'node-11': ['unauthorized', 'unauthorized'],
};
const ALL_NODES = 14;
const CUSTOM = { customMetrics: [], customMaxSeries: 1 };
const TIMES = { resolutionMs: MINUTE, shardDeadlineMs: 30_000 };
const OPTIONS: CollectOptions = { ...TIMES, ...CUSTOM, shardNodes: 5, concurrency: 4 };

let nowMs = Math.floor(Date.now() / MINUTE) * MINUTE + 5000;
const clock = new (class extends Clock {
  override now(): number {
    return nowMs;
  }
})();

let cluster: SimulationFixture;
let records: TestRecords;
let api: KubernetesApi;
let view: ClusterView;
let kubelets: KubeletsByFault;
let store: MemoryMetricStore;
let cycles: PostgresCycleRecords;

beforeAll(async () => {
  cluster = await SimulationFixture.start({ nodes: ALL_NODES, podsPerNode: 6, now: () => nowMs });
  records = await openPgliteRecords();
  cycles = new PostgresCycleRecords(records.database);
  api = apiOf(cluster.simulation.kubeconfigPath);
  const system = new SystemClock();
  view = new ClusterView(new KubernetesClusterWatch(api), system, new Readiness(system), Log.silent());
  view.start();
  await eventually('the cluster is known', () => view.whenSynced(10_000));
  kubelets = new KubeletsByFault(cluster.simulation, () => nowMs);
});
afterAll(async () => {
  kubelets.close();
  await view.stop();
  await api.close();
  await records.close();
  await cluster.close();
});
beforeEach(() => {
  store = new MemoryMetricStore();
  nowMs += 10 * MINUTE;
});
afterEach(async () => {
  for (const node of Object.keys(cluster.simulation.faults.list())) await cluster.simulation.faults.clear(node);
});

/** A worker of its own: it shares only the records and the store with others. */
function aWorker(given: { records?: CycleRecords; writer?: MetricWriter; options?: Partial<CollectOptions> } = {}): {
  start: StartCycle;
  shard: CollectShard;
  closing: CloseCycle;
} {
  const facts = new ClusterViewFacts(view);
  const options = { ...OPTIONS, ...given.options };
  const cycleRecords = given.records ?? cycles;
  const writer = given.writer ?? store.writer;
  const readings = new PostgresPreviousReadings(records.database);
  const custom = new CustomMetrics(kubelets, options, new OwnMetrics(), Log.silent());
  const node = new CollectNode(kubelets, facts, custom, clock, options);
  return {
    start: new StartCycle(facts, cycleRecords, clock, options),
    shard: new CollectShard(node, readings, writer, cycleRecords, clock, options),
    closing: new CloseCycle(cycleRecords, writer, clock),
  };
}

const shardsOf = (cycleAtMs?: number): Promise<readonly ShardPayload[]> => aWorker().start.start(cycleAtMs);

/** A whole cycle, each shard by a worker of its own. */
async function runCycle(): Promise<Cycle> {
  const shards = await shardsOf();
  await Promise.all(shards.map((shard) => aWorker().shard.collect(shard)));
  const cycle = await aWorker().closing.close(shards[0]!.cycleAtMs);
  return cycle!;
}

/** Newest values by object, of the newest cycle alone. */
async function values(metric: string, select: ObjectSelector): Promise<Map<string, number>> {
  const atMs = Math.floor(nowMs / MINUTE) * MINUTE;
  const answer = await store.reader.instant({ metric, select, atMs, lookbackMs: 1, limit: 10_000, order: 'object' });
  const keyOf = ({ object }: (typeof answer)[number]) =>
    [object.node, object.namespace, object.pod, object.container].join('/');
  return new Map(answer.map((one) => [keyOf(one), one.value]));
}

describe('a cycle of collection', () => {
  it('brings every node, with rates from the second cycle on that are those of the cluster', async () => {
    const first = await runCycle();
    expect(first.completeness).toMatchObject({ nodesPresent: ALL_NODES, missing: [] });
    expect((await values('memory/working_set', { type: 'node' })).size).toBe(ALL_NODES);
    expect((await values('cpu/usage_rate', { type: 'pod' })).size).toBe(0);
    const prevAtMs = await values('uptime', { type: 'pod' });

    nowMs += MINUTE;
    await runCycle();
    const rates = await values('cpu/usage_rate', { type: 'pod' });
    const lastAtMs = await values('uptime', { type: 'pod' });
    expect(rates.size).toBeGreaterThan(ALL_NODES * 5);
    const { truth } = cluster.simulation;
    for (const { namespace, name, node } of truth.pods()) {
      const key = `${node}/${namespace}/${name}/`;
      const rate = rates.get(key);
      if (rate === undefined) continue; // a Job that has ended or was not there yet
      const windowMs = (lastAtMs.get(key) ?? NaN) - (prevAtMs.get(key) ?? NaN);
      const couldBe = windowsOf(windowMs).map((fromMs) =>
        truth.podCpuMillicores(namespace, name, fromMs, fromMs + windowMs),
      );
      expect({
        key,
        rate,
        isWithinTruth: rate >= Math.min(...couldBe) * 0.99 - 1 && rate <= Math.max(...couldBe) * 1.01 + 1,
      }).toMatchObject({ isWithinTruth: true });
    }
  });

  /** When a window of that length can have begun: its end is up to 17 s old (a kubelet's 15 s, a pod's lag of 2 s). */
  function windowsOf(windowMs: number): number[] {
    return Array.from({ length: 18 }, (_, second) => nowMs - windowMs - second * 1000);
  }

  it('sums pods for namespaces and namespaces for the cluster', async () => {
    await runCycle();
    nowMs += MINUTE;
    await runCycle();
    for (const metric of ['cpu/usage_rate', 'memory/usage', 'cpu/request']) {
      const sums = new Map<string, number>();
      for (const [key, value] of await values(metric, { type: 'pod' })) {
        const [, namespace = ''] = key.split('/');
        sums.set(namespace, (sums.get(namespace) ?? 0) + value);
      }
      const told = await values(metric, { type: 'ns' });
      expect(told.size).toBe(sums.size);
      for (const [key, value] of told) expect(value).toBeCloseTo(sums.get(key.split('/')[1] ?? '') ?? NaN, 2);
      const [whole] = (await values(metric, { type: 'cluster' })).values();
      const sum = [...told.values()].reduce((a, b) => a + b, 0);
      expect(whole).toBeCloseTo(sum, 2);
    }
  });

  it("leaves the node's traffic to the node, where kubelets tell it of every pod on its network too", async () => {
    await runCycle();
    const told = new Set((await values('network/rx', { type: 'pod' })).keys());
    const onHost = view.nodes().flatMap(({ name }) => view.podsOnNode(name).filter(({ hostNetwork }) => hostNetwork));
    expect(onHost.length).toBeGreaterThan(0);
    expect(onHost.filter(({ node, namespace, name }) => told.has(`${node}/${namespace}/${name}/`))).toEqual([]);
    expect(told.size).toBeGreaterThan(ALL_NODES);
  });

  it('loses only the broken nodes, each named with its reason', async () => {
    await runCycle();
    for (const [node, [fault]] of Object.entries(FAULTS)) await cluster.simulation.faults.set(node, fault);
    nowMs += MINUTE;
    const { completeness, nodesExpected } = await runCycle();
    expect(nodesExpected).toBe(ALL_NODES);
    expect(completeness?.nodesPresent).toBe(ALL_NODES - Object.keys(FAULTS).length);
    const reasons = Object.fromEntries(completeness?.missing.map(({ node, reason }) => [node, reason]) ?? []);
    expect(reasons).toEqual(Object.fromEntries(Object.entries(FAULTS).map(([node, [, reason]]) => [node, reason])));
    for (const { detail } of completeness?.missing ?? []) expect(detail).toMatch(/^[A-Z].*[.?]$/s);
    const present = [...(await values('cpu/usage_rate', { type: 'node' })).keys()].map((key) => key.split('/')[0]);
    const sound = view.nodes().flatMap(({ name }) => (name in FAULTS ? [] : [name]));
    expect(present.toSorted((a, b) => (a! < b! ? -1 : 1))).toEqual(sound);
  });

  it('has rates for a node right away when it is back after missed cycles', async () => {
    await runCycle();
    await cluster.simulation.faults.set('node-01', 'down');
    for (let missed = 0; missed < 3; missed += 1) {
      nowMs += MINUTE;
      await runCycle();
    }
    await cluster.simulation.faults.clear('node-01');
    nowMs += MINUTE;
    await runCycle();
    expect((await values('cpu/usage_rate', { type: 'node', node: 'node-01' })).size).toBe(1);
  });

  it('makes no rate while a kubelet repeats its figures, and one over the longer time after that', async () => {
    await runCycle();
    await cluster.simulation.faults.set('node-01', 'stale');
    nowMs += MINUTE;
    await runCycle();
    nowMs += MINUTE;
    await runCycle();
    expect((await values('cpu/usage_rate', { type: 'node', node: 'node-01' })).size).toBe(0);
    expect((await values('memory/usage', { type: 'node', node: 'node-01' })).size).toBe(1);
    await cluster.simulation.faults.clear('node-01');
    nowMs += MINUTE;
    await runCycle();
    expect((await values('cpu/usage_rate', { type: 'node', node: 'node-01' })).size).toBe(1);
  });

  it('makes no rate over a reboot, and one in the cycle after', async () => {
    await runCycle();
    nowMs += MINUTE;
    await cluster.simulation.faults.set('node-01', 'counter-reset');
    nowMs += 20_000;
    await runCycle();
    expect((await values('cpu/usage_rate', { type: 'node', node: 'node-01' })).size).toBe(0);
    nowMs += MINUTE;
    await runCycle();
    const [rate] = (await values('cpu/usage_rate', { type: 'node', node: 'node-01' })).values();
    expect(rate).toBeGreaterThan(0);
  });
});

describe('a cycle whose jobs run twice or die', () => {
  /** Records of a worker that dies when it is about to report. */
  class DyingRecords extends PostgresCycleRecords {
    override report(): Promise<never> {
      return Promise.reject(new Error('killed'));
    }
  }

  /** Everything that is in the store of the newest cycle. */
  const everything = async () => [
    await values('cpu/usage_rate', { type: 'pod_container' }),
    await values('network/rx_rate', { type: 'pod' }),
    await values('memory/rss', { type: 'ns' }),
    await values('cpu/usage_rate', { type: 'cluster' }),
  ];

  it('comes out the same when a worker died between samples and report and another one did its shard again', async () => {
    await runCycle();
    nowMs += MINUTE;
    const shards = await shardsOf();
    const dying = aWorker({ records: new DyingRecords(records.database) });
    for (const shard of shards) await expect(dying.shard.collect(shard)).rejects.toThrow('killed');
    const before = await values('cpu/usage_rate', { type: 'pod_container' });
    await runCycle();
    const [containers, , , whole] = await everything();
    expect(containers).toEqual(before);
    expect(whole?.size).toBe(1);
  });

  it('comes out the same when everything runs twice', async () => {
    await runCycle();
    nowMs += MINUTE;
    const shards = await shardsOf();
    await runCycle();
    const once = await everything();
    expect(await shardsOf()).toEqual([]);
    for (const shard of shards) expect((await aWorker().shard.collect(shard)).present).toBe(shard.nodes.length);
    await runCycleAgain(shards);
    expect(await everything()).toEqual(once);
  });

  async function runCycleAgain(shards: readonly ShardPayload[]): Promise<void> {
    const again = await aWorker().closing.close(shards[0]!.cycleAtMs);
    expect(again?.completeness).toMatchObject({ nodesPresent: ALL_NODES, missing: [] });
  }

  it('keeps the shards of the first start when the cluster has changed by the second', async () => {
    const shards = await shardsOf();
    const again = await aWorker({ options: { shardNodes: 3 } }).start.start(shards[0]!.cycleAtMs);
    expect(again).toEqual(shards);
  });

  it('closes with what is there, names the nodes of a shard that has not reported, and counts it when it comes late', async () => {
    const shards = await shardsOf();
    const late = shards[0]!;
    for (const shard of shards.slice(1)) await aWorker().shard.collect(shard);
    const { completeness } = (await aWorker().closing.close(late.cycleAtMs))!;
    expect(completeness?.missing.map(({ node, reason }) => [node, reason])).toEqual(
      late.nodes.map((node) => [node, 'not-in-time']),
    );
    const [part] = (await values('memory/usage', { type: 'cluster' })).values();
    expect(await aWorker().shard.collect(late)).toMatchObject({ isLate: true, missing: [] });
    const whole = await aWorker().closing.close(late.cycleAtMs);
    expect(whole?.completeness).toMatchObject({ nodesPresent: ALL_NODES, missing: [] });
    expect([...(await values('memory/usage', { type: 'cluster' })).values()][0]).toBeGreaterThan(part ?? NaN);
  });

  it('gives nodes up that a slow shard could not ask in time', async () => {
    const [shard] = await shardsOf();
    const { missing } = await aWorker({ options: { shardDeadlineMs: 0 } }).shard.collect(shard!);
    expect(missing.map(({ reason }) => reason)).toEqual(shard!.nodes.map(() => 'not-in-time'));
  });

  it('stops a shard when its job is aborted, and reports nothing', async () => {
    const [shard] = await shardsOf();
    await cluster.simulation.faults.set(shard!.nodes[0]!, 'hang');
    const stop = new AbortController();
    const running = aWorker().shard.collect(shard!, stop.signal);
    stop.abort(new Error('shutdown'));
    await expect(running).rejects.toThrow('shutdown');
    expect((await cycles.shards(shard!.cycleAtMs))[0]?.report).toBeUndefined();
  });

  it('does not close a cycle that nobody started', async () => {
    expect(await aWorker().closing.close(1)).toBeUndefined();
  });
});
