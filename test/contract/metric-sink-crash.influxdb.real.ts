import { InfluxDB } from '@influxdata/influxdb-client';
import { InfluxdbServer } from '../support/influxdb-server.js';
import { describeSinkCrash } from './metric-sink-crash.contract.js';

describeSinkCrash('InfluxDB', 30, async () => {
  const server = await InfluxdbServer.start();
  const { url, org, token } = server;
  const bucket = server.newBucket();
  const all = `from(bucket: "${bucket}") |> range(start: 0, stop: 2200-01-01T00:00:00Z)`;
  const rows = (flux: string) =>
    new InfluxDB({ url, token }).getQueryApi(org).collectRows<Record<string, string>>(flux);
  return {
    url,
    org,
    bucket,
    token,
    async counts() {
      const counted = await rows(`${all} |> group(columns: ["_measurement"]) |> count()`);
      return new Map(counted.map(({ _measurement = '', _value }) => [_measurement, Number(_value)]));
    },
    async points(metric) {
      const found = await rows(`${all} |> filter(fn: (r) => r._measurement == "${metric}")`);
      return found.map(({ pod_name: pod = '', _time = '', _value }) => ({
        pod,
        atMs: Date.parse(_time),
        value: Number(_value),
      }));
    },
    stop: () => server.stop(),
  };
});
