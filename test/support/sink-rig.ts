import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { InfluxdbMetricSink } from '../../src/adapters/influxdb/metric-sink.influxdb.js';
import { PostgresCycleRecords } from '../../src/adapters/postgres/cycle-records.postgres.js';
import { PostgresSinkRecords } from '../../src/adapters/postgres/sink-records.postgres.js';
import type { SampleFilter } from '../../src/metrics/core/filter-samples.js';
import type { Sample } from '../../src/metrics/core/sample.js';
import type { ConfiguredSink } from '../../src/metrics/sinks/configured-sink.js';
import { SinkMetrics } from '../../src/metrics/sinks/sink-metrics.js';
import { SinkStates } from '../../src/metrics/sinks/sink-states.service.js';
import { type SinkRun, WriteSink } from '../../src/metrics/sinks/write-sink.service.js';
import { Clock } from '../../src/platform/clock.js';
import { Log } from '../../src/platform/log.js';
import { OwnMetrics } from '../../src/platform/own-metrics.js';
import { InfluxdbStub, type StubPoint } from './influxdb-stub.js';
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
    readonly store: DuckdbMetricStore,
    readonly opened: TestRecords,
    private readonly folder: string,
  ) {
    this.cycles = new PostgresCycleRecords(opened.database);
    this.records = new PostgresSinkRecords(opened.database);
  }

  /** @param opened records that the rig empties and leaves open */
  static async open(opened: TestRecords): Promise<SinkRig> {
    await opened.database.pool.query('TRUNCATE metric_cycles, metric_shards, metric_sinks');
    const folder = await mkdtemp(join(tmpdir(), 'metric-sinks-'));
    const store = await DuckdbMetricStore.open({ folder: join(folder, 'metrics') });
    return new SinkRig(await InfluxdbStub.start(), store, opened, folder);
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.stub.stop();
    await rm(this.folder, { recursive: true });
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
    const { sinks, records, store, clock, metrics, settings } = this;
    return new WriteSink(
      sinks,
      records,
      store.cycleSamples,
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
    await this.store.writer.append(
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
