import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpKubeletSource } from '../../src/adapters/kubelet/kubelet-source.http.js';
import { KubernetesClusterWatch } from '../../src/adapters/kubernetes/cluster-watch.kubernetes.js';
import { ClusterView } from '../../src/cluster/cluster-view.js';
import { ClusterViewFacts } from '../../src/metrics/collect/cluster-view-facts.js';
import { CollectNode } from '../../src/metrics/collect/collect-node.service.js';
import { CustomMetrics } from '../../src/metrics/collect/custom-metrics.service.js';
import { metricIndex } from '../../src/metrics/core/metric-catalogue.js';
import type { ObjectType, Sample } from '../../src/metrics/core/sample.js';
import { Clock, SystemClock } from '../../src/platform/clock.js';
import { Log } from '../../src/platform/log.js';
import { OwnMetrics } from '../../src/platform/own-metrics.js';
import { Readiness } from '../../src/platform/readiness.js';
import { SimulationFixture } from '../../sim/simulation.fixture.js';
import { eventually } from '../support/eventually.js';
import { apiOf } from '../support/cluster-client.js';

const MINUTE = 60_000;
const NODE = 'node-1';
const NAMES = ['container_threads', 'container_network_*', 'machine_cpu_cores', 'container_cpu_cfs_periods_total'];
const OPTIONS = { resolutionMs: MINUTE, shardNodes: 5, concurrency: 4, shardDeadlineMs: 30_000 };

let nowMs = Math.floor(Date.now() / MINUTE) * MINUTE;
const clock = new (class extends Clock {
  override now = () => nowMs;
})();
const open = new AsyncDisposableStack();
let cluster: SimulationFixture;
let kubelets: HttpKubeletSource;
let facts: ClusterViewFacts;

beforeAll(async () => {
  cluster = await SimulationFixture.start({ nodes: 2, podsPerNode: 6, now: () => nowMs });
  open.defer(() => cluster.close());
  const api = apiOf(cluster.simulation.kubeconfigPath);
  open.defer(() => api.close());
  const system = new SystemClock();
  const view = new ClusterView(new KubernetesClusterWatch(api), system, new Readiness(system), Log.silent());
  view.start();
  open.defer(() => view.stop());
  await eventually('the cluster is known', () => view.whenSynced(10_000));
  facts = new ClusterViewFacts(view);
  const authorization = `Bearer ${cluster.simulation.tokens.collector}`;
  kubelets = new HttpKubeletSource({
    credentials: () => Promise.resolve({ authorization, ca: cluster.simulation.ca }),
    insecureTls: false,
    timeoutMs: 2000,
    maxBodyBytes: 8 * 1024 ** 2,
    keptConnections: 10,
    now: () => nowMs,
  });
  open.defer(() => kubelets.close());
});
afterAll(() => open.disposeAsync());
beforeEach(later);
afterEach(() => cluster.simulation.faults.clear(NODE));

function later(): void {
  nowMs += MINUTE;
}

/** A process that collects nodes; `metrics` are its own. */
class Collector {
  readonly metrics = new OwnMetrics();
  private readonly nodes: CollectNode;
  private reading: Buffer | undefined;

  constructor(customMetrics: readonly string[], customMaxSeries = 10_000) {
    const options = { ...OPTIONS, customMetrics, customMaxSeries };
    const custom = new CustomMetrics(kubelets, options, this.metrics, Log.silent());
    this.nodes = new CollectNode(kubelets, facts, custom, clock, options);
  }

  async collect(): Promise<readonly Sample[]> {
    let samples: readonly Sample[] = [];
    const take = (taken: readonly Sample[]): void => void (samples = taken);
    this.reading = await this.nodes.collect(NODE, nowMs, this.reading, undefined, take);
    return samples;
  }
}

/** The known values of one metric, by object. */
function valuesOf(samples: readonly Sample[], type: ObjectType, metric: string, resource?: string) {
  const index = metricIndex(type, metric);
  const of = samples.filter(({ object }) => object.type === type && object.resource === resource);
  return new Map(
    of
      .map(({ object, values }) => [[object.pod, object.container].join('/'), values[index] ?? Number.NaN] as const)
      .filter(([, value]) => !Number.isNaN(value)),
  );
}

describe('custom metrics', () => {
  it('are those of cAdvisor, of the node, its pods and their containers', async () => {
    const samples = await new Collector(NAMES).collect();
    const { body } = await cluster.ask(`${cluster.kubeletUrl(NODE)}/metrics/cadvisor`);
    const told = [...body.matchAll(/^([a-z]\S*\{.*\}) (\S+)/gm)].map(
      ([, series = '', value]) => [series, Number(value)] as const,
    );
    const toldOf = (...parts: readonly string[]) =>
      told.filter(([series]) => parts.every((part) => series.includes(part)));
    expect([...valuesOf(samples, 'node', 'custom/value', 'Custom:machine_cpu_cores').values()]).toEqual([8]);
    const threads = valuesOf(samples, 'pod_container', 'custom/value', 'Custom:container_threads');
    expect(threads.size).toBeGreaterThan(5);
    for (const [key, value] of threads) {
      const [pod = '', container = ''] = key.split('/');
      const mine = toldOf('container_threads{', `container="${container}"`, `pod="${pod}"`);
      expect(mine.map(([, figure]) => figure)).toEqual([value]);
    }
    const received = 'container_network_receive_packets_total';
    const packets = valuesOf(samples, 'pod', 'custom/accumulated', `Custom:${received}{interface="eth0"}`);
    expect(packets.size).toBe(toldOf(`${received}{`).length);
    for (const [pod, value] of packets) expect(toldOf(`${received}{`, `pod="${pod.slice(0, -1)}"`)[0]?.[1]).toBe(value);
    const listening = 'Custom:container_network_tcp_usage_total{tcp_state="listen"}';
    expect([...valuesOf(samples, 'node', 'custom/value', listening).values()]).toEqual([2]);
    expect(samples.filter(({ object }) => object.resource?.includes('failcnt'))).toEqual([]);
  });

  it.each([
    ['no-cadvisor', 'http-500'],
    ['no-summary', undefined],
  ] as const)('with a kubelet that is broken by %s cost nothing else, and are counted', async (fault, reason) => {
    const collector = new Collector(NAMES);
    const whole = await collector.collect();
    await cluster.simulation.faults.set(NODE, fault);
    const samples = await collector.collect();
    const cores = valuesOf(samples, 'node', 'custom/value', 'Custom:machine_cpu_cores').size;
    expect(cores).toBe(reason === undefined ? 1 : 0);
    for (const type of ['node', 'pod', 'pod_container'] as const) {
      expect(valuesOf(samples, type, 'memory/working_set').size).toBe(valuesOf(whole, type, 'memory/working_set').size);
    }
    const { text } = await collector.metrics.expose();
    const counted = /^quartermaster_custom_metrics_failures_total\{reason="(.+)"\} 1$/m.exec(text)?.[1];
    expect(counted).toBe(reason);
  });

  it('beyond the bound of a node are left out, and counted', async () => {
    const collector = new Collector(['container_network_tcp_usage_total'], 1);
    const samples = await collector.collect();
    expect(samples.filter(({ object }) => object.resource?.startsWith('Custom:'))).toHaveLength(1);
    const { text } = await collector.metrics.expose();
    expect(text).toMatch(/^quartermaster_custom_metrics_dropped_series_total [1-9]\d+$/m);
  });

  it('are not asked for when none is named', async () => {
    await cluster.simulation.faults.set(NODE, 'no-cadvisor');
    const collector = new Collector([]);
    await collector.collect();
    expect((await collector.metrics.expose()).text).not.toContain('custom_metrics_failures_total{');
  });
});

describe('a kubelet without a summary', () => {
  it('is collected by its resource metrics, with rates', async () => {
    const [one, other] = [new Collector([]), new Collector([])];
    const both = async () => {
      const summary = await one.collect();
      await cluster.simulation.faults.set(NODE, 'no-summary');
      const resources = await other.collect();
      await cluster.simulation.faults.clear(NODE);
      return [summary, resources] as const;
    };
    await both();
    later();
    const [summary, resources] = await both();
    for (const type of ['node', 'pod', 'pod_container'] as const) {
      for (const metric of ['cpu/usage_rate', 'memory/working_set']) {
        const [expected, found] = [summary, resources].map((samples) => valuesOf(samples, type, metric));
        expect([type, metric, [...(found?.keys() ?? [])]]).toEqual([type, metric, [...(expected?.keys() ?? [])]]);
        for (const [key, value] of expected ?? []) expect(found?.get(key)).toBeCloseTo(value, 3);
      }
    }
    const starts = valuesOf(summary, 'pod_container', 'start_time');
    expect(valuesOf(resources, 'pod_container', 'start_time')).toEqual(starts);
    expect(valuesOf(resources, 'pod', 'cpu/request')).toEqual(valuesOf(summary, 'pod', 'cpu/request'));
  });

  it('goes on with its rates when it has a summary again', async () => {
    const collector = new Collector([]);
    await cluster.simulation.faults.set(NODE, 'no-summary');
    await collector.collect();
    await cluster.simulation.faults.clear(NODE);
    later();
    expect(valuesOf(await collector.collect(), 'node', 'cpu/usage_rate').size).toBe(1);
  });
});
