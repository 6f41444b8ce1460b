import { InfluxDB } from '@influxdata/influxdb-client';
import { InfluxdbEventSink } from '../../src/adapters/influxdb/event-sink.influxdb.js';
import { InfluxdbServer } from '../support/influxdb-server.js';
import { describeEventSink, type SunkEvent } from './event-sink.contract.js';

for (const withFields of [false, true]) {
  describeEventSink(`InfluxDB ${withFields ? 'with fields' : 'as whole texts'}`, async () => {
    const server = await InfluxdbServer.start();
    const { url, org, token } = server;
    return {
      url,
      async fresh(way) {
        const bucket = server.newBucket();
        const sink = new InfluxdbEventSink({ url: way, org, token, bucket, clusterName: 'default', withFields });
        const measurement = withFields ? 'events' : 'log/events';
        const events = async (): Promise<SunkEvent[]> => {
          const rows = await new InfluxDB({ url, token })
            .getQueryApi(org)
            .collectRows<Record<string, string>>(
              `from(bucket: "${bucket}") |> range(start: 0, stop: 2200-01-01T00:00:00Z) |> filter(fn: (r) => r._measurement == "${measurement}")`,
            );
          const found = rows.map(({ _time = '', _value = '', uid = '' }) => {
            const text = _value.replaceAll('\r\n', '\n'); // InfluxDB's CSV ends lines so, also those inside of a value
            const note = withFields ? text : (JSON.parse(_value) as { message: string }).message;
            return { atMs: Date.parse(_time), uid, note };
          });
          return found.sort((a, b) => a.atMs - b.atMs || (a.uid < b.uid ? -1 : 1));
        };
        return { sink, events };
      },
      stop: () => server.stop(),
    };
  });
}
