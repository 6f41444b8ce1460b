import { unknownMetrics } from '../metrics/core/filter-samples.js';
import type { ConfiguredSink } from '../metrics/sinks/configured-sink.js';
import { type Config, ConfigError } from '../platform/config.js';

/** The sinks that the settings name. Nothing is connected to yet: a sink may be away. @throws ConfigError when a filter names no metric */
export async function openMetricSinks(config: Config): Promise<ConfiguredSink[]> {
  const { metricSinks, metricSinkCredentials, clusterName } = config;
  if (metricSinks.length === 0) return [];
  const { InfluxdbMetricSink } = await import('../adapters/influxdb/metric-sink.influxdb.js');
  const mistakes: string[] = [];
  const sinks = metricSinks.map(({ name, type, url, org, bucket, retentionMs, ...filter }): ConfiguredSink => {
    for (const pattern of unknownMetrics([...filter.metrics, ...filter.excludeMetrics])) {
      mistakes.push(`METRIC_SINKS: ${name}: no metric is called ${pattern}; GET /api/v1/metrics/catalogue names all`);
    }
    const credentials = metricSinkCredentials.get(name) ?? {};
    const retention = retentionMs === undefined ? {} : { retentionMs };
    const sink = new InfluxdbMetricSink({ url, org, bucket, clusterName, ...retention, ...credentials });
    return { name, type, filter, sink };
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return sinks;
}
