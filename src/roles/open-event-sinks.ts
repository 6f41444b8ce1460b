import type { ConfiguredEventSink, EventSink } from '../events/sinks/event-sink.port.js';
import type { Config, MetricSinkCredentials } from '../platform/config.js';

type Setting = Config['eventSinks'][number];

/** The sinks of events that the settings name. Nothing is connected to yet: a sink may be away. */
export async function openEventSinks({
  eventSinks,
  eventSinkCredentials,
  clusterName,
}: Pick<Config, 'eventSinks' | 'eventSinkCredentials' | 'clusterName'>): Promise<ConfiguredEventSink[]> {
  const open = async (setting: Setting): Promise<ConfiguredEventSink> => ({
    name: setting.name,
    sink: await openSink(setting, eventSinkCredentials.get(setting.name), clusterName),
  });
  return Promise.all(eventSinks.map(open));
}

async function openSink(
  setting: Setting,
  credentials: MetricSinkCredentials | undefined,
  clusterName: string,
): Promise<EventSink> {
  if (setting.type === 'influxdb') {
    const { InfluxdbEventSink } = await import('../adapters/influxdb/event-sink.influxdb.js');
    const { url, org, bucket, withFields } = setting;
    return new InfluxdbEventSink({ url, org, bucket, withFields, clusterName, ...credentials });
  }
  const { ElasticsearchEventSink } = await import('../adapters/elasticsearch/event-sink.elasticsearch.js');
  const login = credentials && 'token' in credentials ? { apiKey: credentials.token } : credentials;
  return new ElasticsearchEventSink({ url: setting.url, index: setting.index, clusterName, ...login });
}
