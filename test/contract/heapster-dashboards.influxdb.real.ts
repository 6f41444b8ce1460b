import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InfluxdbMetricStore } from '../../src/adapters/influxdb/metric-store.influxdb.js';
import type { MetricObject, Sample } from '../../src/metrics/core/sample.js';
import { InfluxdbServer } from '../support/influxdb-server.js';
import { aContainer, aNode, aPod, aSample } from '../support/samples.js';
import { MINUTE, T0 } from './metric-store.fixture.js';

/** The metrics of Heapster's dashboards (kubernetes-retired/heapster e1e8341, grafana/dashboards); those of its pods' containers alone; and of file systems. */
const OF_CONTAINERS = [
  'cpu/usage_rate',
  'cpu/limit',
  'cpu/request',
  'memory/usage',
  'memory/limit',
  'memory/request',
  'memory/working_set',
];
const OF_NETWORK = ['network/tx_rate', 'network/rx_rate'];
const OF_FILE_SYSTEMS = ['filesystem/usage', 'filesystem/limit'];
const ALL = [...OF_CONTAINERS, ...OF_NETWORK, ...OF_FILE_SYSTEMS];

const NODES = ['n1', 'n2'];
const TIME = `time >= ${String(T0)}ms and time <= ${String(T0 + 10 * MINUTE)}ms`;
const CHOSEN = `"namespace_name" =~ /prod$/ AND "pod_name" =~ /web-n1$/`;

/** The n-th metric of the i-th node's objects is `1000 n + i`, of its pod `100` more, of its container `200` more. */
const valueOf = (metric: string, node: number, more: number): number => 1000 * (ALL.indexOf(metric) + 1) + more + node;

describe.each([false, true])("Heapster's dashboards on what is written (fields: %s)", (withFields) => {
  let server: InfluxdbServer;
  let bucket: string;
  const ask = (q: string) => server.influxql(bucket, q);
  /** `SELECT mean("value") FROM "cpu/usage_rate"`, or `sum("usage_rate") FROM "cpu"`. */
  const select = (metric: string): string => {
    const [measurement, field] = metric.split('/');
    return withFields
      ? `SELECT sum("${String(field)}") FROM "${String(measurement)}"`
      : `SELECT mean("value") FROM "${metric}"`;
  };

  beforeAll(async () => {
    server = await InfluxdbServer.start();
    const { url, org, token } = server;
    bucket = server.newBucket();
    const { writer } = await InfluxdbMetricStore.open({ url, org, token, bucket, withFields });
    await server.openToV1(bucket);
    for (const [index, node] of NODES.entries()) {
      const samples = samplesOf(node, index);
      for (const minute of [0, 5]) await writer.append(T0 + minute * MINUTE, [{ scope: node, samples }]);
    }
  });
  afterAll(() => server.stop());

  it('lists nodes, namespaces and the pods of a namespace', async () => {
    const values = async (q: string) => (await ask(q)).flatMap((series) => series.values.map((row) => row[1]));
    expect(await values('SHOW TAG VALUES FROM "uptime" WITH KEY = "nodename"')).toEqual(NODES);
    expect(await values('SHOW TAG VALUES FROM "uptime" WITH KEY = "namespace_name"')).toEqual(['prod']);
    const pods = 'SHOW TAG VALUES FROM "uptime" WITH KEY = "pod_name" WHERE "namespace_name" =~';
    expect(await values(`${pods} /prod$/`)).toEqual(['web-n1', 'web-n2']);
    expect(await values(`${pods} /none$/`)).toEqual([]);
  });

  it.each(ALL)('draws %s of all nodes, of each, and of one', async (metric) => {
    const where = `WHERE "type" = 'node' AND`;
    const [one, other] = [valueOf(metric, 0, 0), valueOf(metric, 1, 0)];
    const points = (value: number) => [0, 5].map((minute) => [T0 + minute * MINUTE, value]);
    const all = await ask(`${select(metric)} ${where} ${TIME} GROUP BY time(1m) fill(null)`);
    expect(all).toEqual([{ tags: {}, values: points(withFields ? one + other : (one + other) / 2) }]);
    const each = await ask(`${select(metric)} ${where} ${TIME} GROUP BY time(1m), "nodename" fill(null)`);
    expect(each).toEqual([
      { tags: { nodename: 'n1' }, values: points(one) },
      { tags: { nodename: 'n2' }, values: points(other) },
    ]);
    const chosen = `${select(metric)} ${where} "nodename" =~ /n2$/ AND ${TIME} GROUP BY time(1m), "nodename" fill(null)`;
    expect(await ask(chosen)).toEqual([{ tags: { nodename: 'n2' }, values: points(other) }]);
  });

  it.each(OF_CONTAINERS)("draws %s of a pod's containers", async (metric) => {
    const where = `WHERE "type" = 'pod_container' AND ${CHOSEN} AND ${TIME}`;
    const [series, ...others] = await ask(`${select(metric)} ${where} GROUP BY time(1m), "container_name" fill(null)`);
    expect(others).toEqual([]);
    expect(series).toMatchObject({ tags: { container_name: 'main' } });
    expect(series?.values.map(([, value]) => value)).toEqual([valueOf(metric, 0, 200), valueOf(metric, 0, 200)]);
  });

  it.each([...OF_NETWORK, ...OF_FILE_SYSTEMS])('draws %s of a pod', async (metric) => {
    const where = `WHERE "type" = 'pod' AND ${CHOSEN} AND ${TIME}`;
    const [series, ...others] = await ask(`${select(metric)} ${where} GROUP BY time(1m) fill(null)`);
    expect(others).toEqual([]);
    expect(series?.values.map(([, value]) => value)).toEqual([valueOf(metric, 0, 100), valueOf(metric, 0, 100)]);
  });

  it('has nothing, and no error, for a field that is misspelt', async () => {
    expect(await ask(`SELECT sum("limite") FROM "memory" WHERE ${TIME} GROUP BY time(1m) fill(null)`)).toEqual([]);
  });

  it('reads back what it wrote', async () => {
    const { url, org, token } = server;
    const { reader } = await InfluxdbMetricStore.open({ url, org, token, bucket, withFields });
    const query = { types: ['node'], atMs: T0 + 5 * MINUTE, lookbackMs: 0 } as const;
    for await (const batch of reader.newest(query)) {
      const written = NODES.flatMap((node, index) => samplesOf(node, index)).filter(
        ({ object }) => object.type === 'node',
      );
      const byNode = written.toSorted((a, b) => ((a.object.node ?? '') < (b.object.node ?? '') ? -1 : 1));
      expect(batch.map(({ object, values }) => ({ object, values }))).toEqual(
        byNode.map(({ object, values }) => ({ object, values })),
      );
    }
  });

  it('logs in by user and password, and refuses a bearer token', async () => {
    const q = new URLSearchParams({ db: bucket, q: 'SHOW MEASUREMENTS' }).toString();
    const status = async (authorization: string, more = '') =>
      (await fetch(`${server.url}/query?${q}${more}`, { headers: authorization ? { authorization } : {} })).status;
    const basic = (password: string) => `Basic ${Buffer.from(`v1-${bucket}:${password}`).toString('base64')}`;
    expect(await status(basic(server.password))).toBe(200);
    expect(await status('', `&u=v1-${bucket}&p=${server.password}`)).toBe(200);
    expect(await status(`Token ${server.token}`)).toBe(200);
    expect(await status(basic('wrong'))).toBe(401);
    expect(await status(`Bearer ${server.token}`)).toBe(401);
  });
});

function samplesOf(node: string, index: number): Sample[] {
  const pod = `web-${node}`;
  const objects: [MetricObject, number, readonly string[]][] = [
    [aNode({ node }), 0, [...OF_CONTAINERS, ...OF_NETWORK]],
    [aPod({ node, pod }), 100, [...OF_CONTAINERS, ...OF_NETWORK]],
    [aContainer({ node, pod }), 200, OF_CONTAINERS],
  ];
  const samples = objects.map(([object, more, metrics]) => {
    const values = Object.fromEntries(metrics.map((metric) => [metric, valueOf(metric, index, more)]));
    return aSample(object, { ...values, uptime: 1 });
  });
  const disks = [aNode({ node, resource: '/' }), aPod({ node, pod, resource: 'Volume:data' })].map((object, at) =>
    aSample(object, Object.fromEntries(OF_FILE_SYSTEMS.map((metric) => [metric, valueOf(metric, index, at * 100)]))),
  );
  return [...samples, ...disks];
}
