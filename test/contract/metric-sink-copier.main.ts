/**
 * Copies closed cycles from the store and records of a folder to an InfluxDB, and says of each batch when it is begun; to be killed, and does not begin more than `most` batches.
 * Before that it gives every pod other labels, as a rollout meanwhile would: what a killed run has begun is sent again under other tags.
 */
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { InfluxdbMetricSink } from '../../src/adapters/influxdb/metric-sink.influxdb.js';
import { Database } from '../../src/adapters/postgres/database.js';
import { PostgresSinkRecords } from '../../src/adapters/postgres/sink-records.postgres.js';
import { MetricSink, type SinkWritten } from '../../src/metrics/sinks/metric-sink.port.js';
import { SinkMetrics } from '../../src/metrics/sinks/sink-metrics.js';
import { WriteSink } from '../../src/metrics/sinks/write-sink.service.js';
import { SystemClock } from '../../src/platform/clock.js';
import { Log } from '../../src/platform/log.js';
import { OwnMetrics } from '../../src/platform/own-metrics.js';
import { atMost } from '../support/at-most.js';
import { appendLabels, SINK } from './metric-sink-crash.data.js';

const [folder = '', url = '', org = '', bucket = '', token = '', run = '0', most = '0'] = process.argv.slice(2);
const mayBegin = atMost(Number(most));

class TellingSink extends MetricSink {
  constructor(private readonly inner: MetricSink) {
    super();
  }

  override async write(...parameters: Parameters<MetricSink['write']>): Promise<SinkWritten> {
    await mayBegin();
    process.stdout.write('begun\n');
    return this.inner.write(...parameters);
  }
}

const store = await DuckdbMetricStore.open({ folder: join(folder, 'metrics') });
const database = await Database.openEmbedded({ folder: join(folder, 'records') });
await appendLabels(store.writer, Number(run));
const sink = new TellingSink(new InfluxdbMetricSink({ url, org, bucket, token, clusterName: 'default' }));
const filter = { metrics: [], excludeMetrics: [], namespaces: [] };
const settings = { metricRetentionRawMs: 1e13, metricSinkMaxBacklogBytes: 2 ** 40 };
const writing = new WriteSink(
  [{ name: SINK, type: 'influxdb', filter, sink }],
  new PostgresSinkRecords(database),
  store.cycleSamples,
  new SystemClock(),
  Log.silent(),
  new SinkMetrics(new OwnMetrics()),
  settings,
);
const outcome = await writing.run(SINK, new AbortController().signal);
process.stdout.write(`ended ${JSON.stringify(outcome)}\n`);
await store.close();
await database.close();
