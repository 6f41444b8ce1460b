import { InfluxDB } from '@influxdata/influxdb-client';
import { InfluxdbMetricSink } from '../../src/adapters/influxdb/metric-sink.influxdb.js';
import { InfluxdbServer } from '../support/influxdb-server.js';
import { describeMetricSink } from './metric-sink.contract.js';

describeMetricSink('InfluxDB', async () => {
  const server = await InfluxdbServer.start();
  const { url, org, token } = server;
  return {
    async fresh() {
      const bucket = server.newBucket();
      const sink = new InfluxdbMetricSink({ url, org, token, bucket, clusterName: 'default' });
      await sink.write(0, [{ scope: 'makes-the-bucket', samples: [] }]);
      const points = async (metric: string) => {
        const rows = await new InfluxDB({ url, token })
          .getQueryApi(org)
          .collectRows<Record<string, string>>(
            `from(bucket: "${bucket}") |> range(start: 0, stop: 2200-01-01T00:00:00Z) |> filter(fn: (r) => r._measurement == "${metric}")`,
          );
        return rows.map(({ pod_name: pod, _time = '', _value }) => ({
          ...(pod ? { pod } : {}),
          atMs: Date.parse(_time),
          value: Number(_value),
        }));
      };
      return { sink, points };
    },
    stop: () => server.stop(),
  };
});
