/**
 * Appends one cycle to a store that stands behind the spool of a folder, says so when it is acknowledged, then replays what waits, and says of each batch when it is begun; to be killed, and does not begin more
 * than `most` batches.
 * Its clock is an hour later with each run, for a killed process leaves a lease behind.
 */
import { join } from 'node:path';
import { isInfluxRefusal } from '../../src/adapters/influxdb/is-influx-refusal.js';
import { InfluxdbMetricStore } from '../../src/adapters/influxdb/metric-store.influxdb.js';
import { Database } from '../../src/adapters/postgres/database.js';
import { PostgresSampleSpool } from '../../src/adapters/postgres/sample-spool.postgres.js';
import { MetricWriter, type ScopeSamples } from '../../src/metrics/metric-store.port.js';
import { ReplaySpool } from '../../src/metrics/spool/replay-spool.service.js';
import { SpoolMetrics } from '../../src/metrics/spool/spool-metrics.js';
import { SpoolingMetricWriter } from '../../src/metrics/spool/spooling-metric-writer.js';
import { Clock } from '../../src/platform/clock.js';
import { Log } from '../../src/platform/log.js';
import { OwnMetrics } from '../../src/platform/own-metrics.js';
import { atMost } from '../support/at-most.js';
import { MINUTE, T0 } from './metric-store.fixture.js';
import { scopesOf } from './sample-spool-crash.data.js';

const [folder = '', url = '', org = '', bucket = '', token = '', cycle = '0', most = '0'] = process.argv.slice(2);
const mayBegin = atMost(Number(most));

class TellingWriter extends MetricWriter {
  constructor(private readonly inner: MetricWriter) {
    super();
  }

  override async append(cycleAtMs: number, scopes: readonly ScopeSamples[]): Promise<void> {
    await mayBegin();
    process.stdout.write('begun\n');
    return this.inner.append(cycleAtMs, scopes);
  }
}

class LaterClock extends Clock {
  override now(): number {
    return Date.now() + Number(cycle) * 60 * MINUTE;
  }
}

const database = await Database.openEmbedded({ folder: join(folder, 'records') });
const spool = new PostgresSampleSpool(database);
const { writer } = await InfluxdbMetricStore.open({ url, org, bucket, token });
const store = new TellingWriter(writer);
const metrics = new SpoolMetrics(new OwnMetrics());
const options = { maxBytes: 2 ** 30, isRefusal: isInfluxRefusal };
const spooling = new SpoolingMetricWriter(store, spool, options, metrics, Log.silent());
await spooling.append(T0 + Number(cycle) * MINUTE, scopesOf(Number(cycle)));
process.stdout.write('acknowledged\n');
const replay = new ReplaySpool(spool, { store, isRefusal: isInfluxRefusal }, new LaterClock(), metrics, Log.silent());
const outcome = await replay.run(new AbortController().signal);
process.stdout.write(`ended ${JSON.stringify(outcome)}\n`);
await database.close();
