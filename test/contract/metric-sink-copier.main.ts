/**
 * Collects one more cycle into a folder and says so when it is acknowledged, then copies closed cycles from there to an InfluxDB, and says of each batch when it is begun; to be killed, and does
 * not begin more than `most` batches. Between the two it gives every pod other labels, as a rollout meanwhile would: what a killed run has begun may be sent again under other tags.
 * Its clock is an hour later with each run, for a killed process still holds the sink.
 */
import { join } from 'node:path';
import { InfluxdbMetricSink } from '../../src/adapters/influxdb/metric-sink.influxdb.js';
import { Database } from '../../src/adapters/postgres/database.js';
import { PostgresSinkRecords } from '../../src/adapters/postgres/sink-records.postgres.js';
import { MetricSink, type SinkWritten } from '../../src/metrics/sinks/metric-sink.port.js';
import { SinkMetrics } from '../../src/metrics/sinks/sink-metrics.js';
import { WriteSink } from '../../src/metrics/sinks/write-sink.service.js';
import { Clock } from '../../src/platform/clock.js';
import { Log } from '../../src/platform/log.js';
import { OwnMetrics } from '../../src/platform/own-metrics.js';
import { atMost } from '../support/at-most.js';
import { appendLabels, collect, type Feed, openFeed, SINK } from './metric-sink-crash.data.js';
import { MINUTE } from './metric-store.fixture.js';

const [folder = '', feed = '', url = '', org = '', bucket = '', token = '', cycle = '0', most = '0'] =
  process.argv.slice(2);
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

class LaterClock extends Clock {
  override now(): number {
    return Date.now() + Number(cycle) * 60 * MINUTE;
  }
}

const database = await Database.openEmbedded({ folder: join(folder, 'records') });
const open = await openFeed(feed as Feed, folder, database);
await collect(open, database, Number(cycle));
process.stdout.write('acknowledged\n');
await appendLabels(open, Number(cycle));
const sink = new TellingSink(new InfluxdbMetricSink({ url, org, bucket, token, clusterName: 'default' }));
const filter = { metrics: [], excludeMetrics: [], namespaces: [] };
const settings = { metricRetentionRawMs: 1e13, metricSinkMaxBacklogBytes: 2 ** 40 };
const writing = new WriteSink(
  [{ name: SINK, type: 'influxdb', filter, sink }],
  new PostgresSinkRecords(database),
  open.samples,
  new LaterClock(),
  Log.silent(),
  new SinkMetrics(new OwnMetrics()),
  settings,
);
const outcome = await writing.run(SINK, new AbortController().signal);
process.stdout.write(`ended ${JSON.stringify(outcome)}\n`);
await open.close();
await database.close();
