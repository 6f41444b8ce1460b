import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { InfluxdbMetricSink } from '../../src/adapters/influxdb/metric-sink.influxdb.js';
import { PostgresCycleRecords } from '../../src/adapters/postgres/cycle-records.postgres.js';
import { PostgresSinkRecords } from '../../src/adapters/postgres/sink-records.postgres.js';
import { PostgresSinkSamples } from '../../src/adapters/postgres/sink-samples.postgres.js';
import type { SampleFilter } from '../../src/metrics/core/filter-samples.js';
import type { Sample } from '../../src/metrics/core/sample.js';
import type { MetricWriter } from '../../src/metrics/metric-store.port.js';
import type { ConfiguredSink } from '../../src/metrics/sinks/configured-sink.js';
import type { CycleSamples } from '../../src/metrics/sinks/cycle-samples.port.js';
import { FeedingMetricWriter } from '../../src/metrics/sinks/feeding-metric-writer.js';
import { SinkMetrics } from '../../src/metrics/sinks/sink-metrics.js';
import { SinkStates } from '../../src/metrics/sinks/sink-states.service.js';
import { type SinkRun, WriteSink } from '../../src/metrics/sinks/write-sink.service.js';
import { Clock } from '../../src/platform/clock.js';
import { Log } from '../../src/platform/log.js';
import { OwnMetrics } from '../../src/platform/own-metrics.js';
import { InfluxdbStub, type StubPoint } from './influxdb-stub.js';
import { MemoryMetricStore } from './memory-metric-store.js';
import type { TestRecords } from './records.js';

export const MINUTE = 60_000;
/** 2026-03-04T10:00:00Z */
export const T0 = Date.UTC(2026, 2, 4, 10);

export class ManualClock extends Clock {
  nowMs = T0;
  override now(): number {
    return this.nowMs;
  }
}

export interface RigSettings {
  readonly metricRetentionRawMs: number;
  readonly metricSinkMaxBacklogBytes: number;
  readonly metricResolutionMs: number;
}

/** What sinks are fed from: the embedded store, or what the records keep beside a store on a server. */
interface Feed {
  readonly store: MetricWriter;
  readonly samples: CycleSamples;
  close(): Promise<void>;
}

export const FEEDS = {
  'the embedded store': async (): Promise<Feed> => {
    const folder = await mkdtemp(join(tmpdir(), 'metric-sinks-'));
    const store = await DuckdbMetricStore.open({ folder: join(folder, 'metrics') });
    const close = async (): Promise<void> => {
      await store.close();
      await rm(folder, { recursive: true });
    };
    return { store: store.writer, samples: store.cycleSamples, close };
  },
  'the records, beside a store on a server': async ({ database }: TestRecords): Promise<Feed> => {
    await database.pool.query('TRUNCATE metric_sink_samples');
    const samples = new PostgresSinkSamples(database);
    const store = new FeedingMetricWriter(new MemoryMetricStore().writer, samples);
    return { store, samples, close: () => Promise.resolve() };
  },
} as const;
export const FEED_NAMES = Object.keys(FEEDS) as (keyof typeof FEEDS)[];

/** A store, records and an InfluxDB of loopback with sinks between them, and cycles that are collected by hand. */
export class SinkRig {
  readonly clock = new ManualClock();
  readonly sinks: ConfiguredSink[] = [];
  readonly metrics = new OwnMetrics();
  readonly cycles: PostgresCycleRecords;
  readonly records: PostgresSinkRecords;
  settings: RigSettings = {
    metricRetentionRawMs: 3 * 86_400_000,
    metricSinkMaxBacklogBytes: 2 ** 28,
    metricResolutionMs: MINUTE,
  };

  private constructor(
    readonly stub: InfluxdbStub,
    readonly feed: Feed,
    readonly opened: TestRecords,
  ) {
    this.cycles = new PostgresCycleRecords(opened.database);
    this.records = new PostgresSinkRecords(opened.database);
  }

  /** @param opened records that the rig empties and leaves open */
  static async open(opened: TestRecords, feed: keyof typeof FEEDS): Promise<SinkRig> {
    await opened.database.pool.query('TRUNCATE metric_cycles, metric_shards, metric_sinks');
    return new SinkRig(await InfluxdbStub.start(), await FEEDS[feed](opened), opened);
  }

  async close(): Promise<void> {
    await this.feed.close();
    await this.stub.stop();
  }

  /** Adds a sink to a cluster name of its own, so that the points of each can be told apart. */
  add(name: string, filter: Partial<SampleFilter> = {}): void {
    const { url, token } = this.stub;
    this.sinks.push({
      name,
      type: 'influxdb',
      filter: { metrics: [], excludeMetrics: [], namespaces: [], ...filter },
      sink: new InfluxdbMetricSink({ url, token, org: 'o', bucket: 'k8s', clusterName: name }),
    });
  }

  /** What writes: a new one, as after a restart. */
  writer(): WriteSink {
    const { sinks, records, feed, clock, metrics, settings } = this;
    return new WriteSink(
      sinks,
      records,
      feed.samples,
      clock,
      Log.silent(),
      (this.own ??= new SinkMetrics(metrics)),
      settings,
    );
  }
  own: SinkMetrics | undefined;

  states(): SinkStates {
    return new SinkStates(this.sinks, this.records, this.clock, this.settings);
  }

  run(sink: string): Promise<SinkRun> {
    return this.writer().run(sink, new AbortController().signal);
  }

  /** Collects the cycle of a minute and closes it; the clock stands five seconds after it. */
  async collect(minute: number, scopes: Readonly<Record<string, readonly Sample[]>>): Promise<void> {
    const cycleAtMs = T0 + minute * MINUTE;
    const nodes = Object.keys(scopes).filter((scope) => scope !== '');
    await this.cycles.start({ cycleAtMs, resolutionMs: MINUTE, startedAtMs: cycleAtMs, shards: [nodes] });
    await this.feed.store.append(
      cycleAtMs,
      Object.entries(scopes).map(([scope, samples]) => ({ scope, samples })),
    );
    this.clock.nowMs = Math.max(this.clock.nowMs, cycleAtMs + 5_000);
    await this.closeCycle(minute, nodes.length);
  }

  async closeCycle(minute: number, nodesPresent: number): Promise<void> {
    await this.cycles.close(T0 + minute * MINUTE, { closedAtMs: this.clock.nowMs, nodesPresent, missing: [] }, 0);
  }

  /** What a sink has of a metric: `[minute, pod or type, value]`, in order. */
  points(sink: string, measurement = 'cpu/usage_rate'): [number, string, number][] {
    return [...this.stub.points.values()]
      .filter((point) => point.measurement === measurement && point.tags['cluster_name'] === sink)
      .map(({ atMs, tags, value }: StubPoint): [number, string, number] => [
        (atMs - T0) / MINUTE,
        tags['pod_name'] ?? tags['type'] ?? '',
        value,
      ])
      .sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
  }
}
