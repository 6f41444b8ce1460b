import type { ConfiguredEventSink } from '../events/sinks/event-sink.port.js';
import type { Config } from '../platform/config.js';

/** The sinks of events that the settings name. Nothing is connected to yet: a sink may be away. */
export async function openEventSinks({
  eventSinks,
  eventSinkCredentials,
  clusterName,
}: Pick<Config, 'eventSinks' | 'eventSinkCredentials' | 'clusterName'>): Promise<ConfiguredEventSink[]> {
  if (eventSinks.length === 0) return [];
  const { InfluxdbEventSink } = await import('../adapters/influxdb/event-sink.influxdb.js');
  return eventSinks.map(({ name, url, org, bucket, withFields }) => {
    const credentials = eventSinkCredentials.get(name) ?? {};
    return { name, sink: new InfluxdbEventSink({ url, org, bucket, withFields, clusterName, ...credentials }) };
  });
}
