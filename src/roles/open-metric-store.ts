import { join } from 'node:path';
import { DuckdbMetricStore } from '../adapters/duckdb/metric-store.duckdb.js';
import { DuckdbMetricUpkeep } from '../adapters/duckdb/metric-upkeep.duckdb.js';
import type { MetricReader, MetricWriter } from '../metrics/metric-store.port.js';
import type { MetricUpkeep } from '../metrics/metric-upkeep.port.js';
import type { CycleSamples } from '../metrics/sinks/cycle-samples.port.js';
import type { Config } from '../platform/config.js';
import type { Log } from '../platform/log.js';

export interface MetricStore {
  readonly writer: MetricWriter;
  readonly reader: MetricReader;
  readonly upkeep: MetricUpkeep;
  /** What further sinks are fed from; undefined for a store on a server, beside which that is kept. */
  readonly cycleSamples?: CycleSamples;
  /** Whether an error of `writer` says that these samples will never be taken; undefined for the embedded store, before which nothing waits. */
  readonly isRefusal?: (error: unknown) => boolean;
  close(): Promise<void>;
}

/** The metric store that the settings name: InfluxDB, else DuckDB in the data folder. */
export async function openMetricStore(config: Config, log: Log): Promise<MetricStore> {
  if (config.influxUrl !== undefined) return openInfluxdb(config.influxUrl, config, log);
  const store = await DuckdbMetricStore.open({
    folder: join(config.dataDir, 'metrics'),
    memoryLimitBytes: config.metricsMemoryBytes,
    log,
  });
  store.lookForDamage().catch((error: unknown) => log.warn('The files of closed days cannot be looked at', { error }));
  log.debug('The metric store is open', { engine: 'duckdb' });
  return {
    writer: store.writer,
    reader: store.reader,
    upkeep: new DuckdbMetricUpkeep(store),
    cycleSamples: store.cycleSamples,
    close: () => store.close(),
  };
}

async function openInfluxdb(url: string, config: Config, log: Log): Promise<MetricStore> {
  const { influxOrg: org, influxBucket: bucket, clusterName } = config;
  const credentials =
    config.influxToken === undefined
      ? { username: config.influxUsername ?? '', password: config.influxPassword ?? '' }
      : { token: config.influxToken };
  const retentionMs = {
    raw: config.metricRetentionRawMs,
    '5m': config.metricRetention5mMs,
    '1h': config.metricRetention1hMs,
  };
  const options = { url, org, bucket, clusterName, withFields: config.influxWithFields, retentionMs, ...credentials };
  const onAway = (error: unknown): void =>
    log.warn('InfluxDB does not answer; what is collected waits until it does', { error });
  const { InfluxdbMetricStore } = await import('../adapters/influxdb/metric-store.influxdb.js');
  const { isInfluxRefusal } = await import('../adapters/influxdb/is-influx-refusal.js');
  const { writer, reader, upkeep } = await InfluxdbMetricStore.open({ ...options, onAway });
  log.debug('The metric store is open', { engine: 'influxdb' });
  return {
    writer,
    reader,
    upkeep,
    isRefusal: isInfluxRefusal,
    close: () => Promise.resolve(),
  };
}
