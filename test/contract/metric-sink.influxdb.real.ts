import { describe, expect, it } from '@jest/globals';
import { InfluxDB } from '@influxdata/influxdb-client';
import { InfluxBuckets } from '../../src/adapters/influxdb/influx-buckets.js';
import { InfluxConnection } from '../../src/adapters/influxdb/influx-connection.js';
import { InfluxdbMetricSink } from '../../src/adapters/influxdb/metric-sink.influxdb.js';
import { InfluxdbServer } from '../support/influxdb-server.js';
import { aPod, aSample } from '../support/samples.js';
import { describeMetricSink } from './metric-sink.contract.js';
import { DAY, T0 } from './metric-store.fixture.js';

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

describe('the bucket of a sink', () => {
  it('is made with its retention, which a later setting changes, and none leaves', async () => {
    const server = await InfluxdbServer.start();
    const { url, org, token } = server;
    const bucket = server.newBucket();
    const buckets = new InfluxBuckets(await InfluxConnection.open({ url, org, token, bucket }));
    const keptAfter = async (retention: { readonly retentionMs?: number }) => {
      const sink = new InfluxdbMetricSink({ url, org, token, bucket, clusterName: 'default', ...retention });
      await sink.write(Date.now(), [{ scope: 'node-1', samples: [] }]);
      return (await buckets.find(bucket))?.retentionMs;
    };
    expect(await keptAfter({ retentionMs: 7 * DAY })).toBe(7 * DAY);
    expect(await keptAfter({ retentionMs: 400 * DAY })).toBe(400 * DAY);
    expect(await keptAfter({})).toBe(400 * DAY);
    await server.stop();
  });
});

describe('a sink of InfluxDB', () => {
  it('counts the points alone that are refused in a request that is taken in part', async () => {
    const server = await InfluxdbServer.start();
    const { url, org, token } = server;
    const bucket = server.newBucket();
    const sink = new InfluxdbMetricSink({ url, org, token, bucket, clusterName: 'default' });
    await sink.write(T0, [{ scope: 'node-1', samples: [] }]);
    const connection = await InfluxConnection.open({ url, org, token, bucket });
    await connection.write([`memory/usage,type=pod value=1i ${String(T0)}`]); // as Heapster did
    const samples = [aSample(aPod(), { 'cpu/usage_rate': 1, 'memory/usage': 2 })];
    expect(await sink.write(T0, [{ scope: 'node-1', samples }])).toEqual({ points: 1, refusedPoints: 1 });
    await server.stop();
  });
});
