import { InfluxDB } from '@influxdata/influxdb-client';
import { InfluxdbServer } from './influxdb-server.js';
import { InfluxdbStub } from './influxdb-stub.js';

/** An InfluxDB that killed processes write to, and a way past them to what it has. */
export interface CrashTarget {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly token: string;
  /** How many points of each metric there are. */
  counts(): Promise<ReadonlyMap<string, number>>;
  /** Every point of a metric. */
  points(metric: string): Promise<readonly { readonly pod: string; readonly atMs: number; readonly value: number }[]>;
  stop(): Promise<void>;
}

/** The stub of an InfluxDB, in this process. */
export async function stubTarget(): Promise<CrashTarget> {
  const stub = await InfluxdbStub.start();
  const { url, token } = stub;
  return {
    url,
    token,
    org: 'o',
    bucket: 'k8s',
    async counts() {
      const byMetric = Map.groupBy(stub.points.values(), ({ measurement }) => measurement);
      return new Map([...byMetric].map(([metric, points]) => [metric, points.length]));
    },
    async points(metric) {
      const found = [...stub.points.values()].filter(({ measurement }) => measurement === metric);
      return found.map(({ tags, atMs, value }) => ({ pod: tags['pod_name'] ?? '', atMs, value }));
    },
    stop: () => stub.stop(),
  };
}

/** A new bucket of the real server. */
export async function influxdbTarget(): Promise<CrashTarget> {
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
}
