import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InfluxConnection } from '../../src/adapters/influxdb/influx-connection.js';
import { InfluxdbMetricStore } from '../../src/adapters/influxdb/metric-store.influxdb.js';
import { eventually } from '../support/eventually.js';
import { InfluxdbServer } from '../support/influxdb-server.js';
import { aPod } from '../support/samples.js';
import { cpu, DAY, T0 } from './metric-store.fixture.js';

describe('the upkeep of InfluxDB', () => {
  let server: InfluxdbServer;
  const open = (bucket: string, clusterName: string) => {
    const { url, org, token } = server;
    return InfluxdbMetricStore.open({ url, org, token, bucket, clusterName });
  };
  const days = async ({ reader }: InfluxdbMetricStore): Promise<number> => {
    const [series] = await reader.range({
      metric: 'cpu/usage_rate',
      select: { type: 'pod' },
      fromMs: T0 - 10 * DAY,
      toMs: T0 + DAY,
      stepMs: DAY,
      aggregation: 'last',
      maxSeries: 10,
    });
    return series?.points.length ?? 0;
  };

  beforeAll(async () => {
    server = await InfluxdbServer.start();
  });
  afterAll(() => server.stop());

  it('forgets ended days of its own cluster alone, and may do so again', async () => {
    const bucket = server.newBucket();
    const [ours, theirs] = await Promise.all([open(bucket, 'ours'), open(bucket, 'theirs')]);
    for (const store of [ours, theirs])
      for (const day of [0, 1, 2])
        await store.writer.append(T0 - day * DAY, [{ scope: 'node-1', samples: [cpu(aPod(), day)] }]);
    await ours.upkeep.rollUp(T0);
    await ours.upkeep.dropBefore('raw', T0 - DAY);
    await ours.upkeep.dropBefore('raw', T0 - DAY);
    expect(await days(ours)).toBe(2);
    expect(await days(theirs)).toBe(3);
  });

  it('says how the store is, and that nothing can be written when the bucket is gone', async () => {
    const bucket = server.newBucket();
    const { upkeep } = await open(bucket, 'ours');
    expect(await upkeep.state()).toEqual({});
    expect(await upkeep.closeDays()).toBe(0);
    expect(await upkeep.shrinkTo()).toBe(0);
    const headers = { authorization: `Token ${server.token}` };
    const list = await fetch(`${server.url}/api/v2/buckets?org=${server.org}&name=${bucket}`, { headers });
    const { buckets } = (await list.json()) as { buckets: { id: string }[] };
    await fetch(`${server.url}/api/v2/buckets/${buckets[0]?.id}`, { method: 'DELETE', headers });
    expect((await upkeep.state()).refusal).toContain(`no bucket ${bucket}`);
  });

  describe('retention', () => {
    const retentionOf = async (bucket: string): Promise<number[]> => {
      const found = await server.query(
        `buckets() |> filter(fn: (r) => r.name =~ /^${bucket}(_5m|_1h)?$/) |> sort(columns: ["name"])`,
      );
      return found.map((row) => Number(row['retentionPeriod']) / 1e6 / DAY);
    };
    const openWith = (bucket: string, raw?: number) => {
      const { url, org, token } = server;
      const retentionMs = { ...(raw === undefined ? {} : { raw: raw * DAY }), '5m': 30 * DAY, '1h': 400 * DAY };
      return InfluxdbMetricStore.open({ url, org, token, bucket, retentionMs });
    };

    it('is given to the buckets that are made, and changed with the settings', async () => {
      const bucket = server.newBucket();
      await openWith(bucket, 3);
      expect(await retentionOf(bucket)).toEqual([3, 400, 30]);
      for (const days of [1 / 24, 400, 3, 30]) {
        await openWith(bucket, days);
        expect(await retentionOf(bucket)).toEqual([days, 400, 30]);
      }
      await openWith(bucket);
      expect(await retentionOf(bucket)).toEqual([0, 400, 30]);
    });

    it('is left as it is where somebody else made the bucket, and obeyed by deletes there, once hours are rolled up', async () => {
      const bucket = server.newBucket();
      const made = await server.call('GET', `/api/v2/orgs?org=${server.org}`);
      const { orgs } = (await made.json()) as { orgs: { id: string }[] };
      await server.call('POST', '/api/v2/buckets', { orgID: orgs[0]?.id, name: bucket, retentionRules: [] });
      const store = await openWith(bucket, 3);
      expect((await retentionOf(bucket))[0]).toBe(0);
      for (const day of [0, 1, 2]) {
        await store.writer.append(T0 - day * DAY, [{ scope: 'node-1', samples: [cpu(aPod(), day)] }]);
      }
      await store.upkeep.dropBefore('raw', T0);
      expect((await store.reader.tiers())[0]).toEqual({ name: 'raw', oldestMs: T0 - 2 * DAY });
    });
  });

  it('ends a query in the server when its caller goes', async () => {
    const { url, org, token } = server;
    const bucket = server.newBucket();
    const { writer } = await open(bucket, 'ours');
    const samples = Array.from({ length: 2_000 }, (_, index) => cpu(aPod({ pod: `p${String(index)}` }), index));
    await writer.append(T0, [{ scope: 'node-1', samples }]);
    const connection = await InfluxConnection.open({ url, org, token, bucket });
    const running = async (): Promise<number> => {
      const metrics = await (await server.call('GET', '/metrics')).text();
      return Number(/^qc_executing_active\{[^}]*\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
    };
    const caller = new AbortController();
    const select = `from(bucket: "${bucket}") |> range(start: 0)`;
    const flux = Array.from({ length: 300 }, (_, index) => `${select} |> yield(name: "n${String(index)}")`).join('\n');
    const answer = expect(connection.rows(flux, caller.signal)).rejects.toThrow();
    await eventually('the query runs', async () => (await running()) > 0);
    caller.abort();
    await answer;
    await eventually('the query ends', async () => (await running()) === 0);
  });

  it('answers with 503 and rejects appends while the server is away, and comes back by itself, also for a user', async () => {
    const own = await InfluxdbServer.startOwn();
    try {
      const { url, org, username, password } = own;
      const store = await InfluxdbMetricStore.open({ url, org, bucket: own.newBucket(), username, password });
      const append = (cycle: number) =>
        store.writer.append(T0 + cycle, [{ scope: 'node-1', samples: [cpu(aPod(), cycle)] }]);
      await append(0);
      await own.away(async () => {
        await expect(append(1)).rejects.toThrow();
        await expect(days(store)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
        await expect(store.upkeep.state()).rejects.toThrow();
        await expect(store.upkeep.rollUp(T0 + DAY)).rejects.toThrow();
      });
      expect(await days(store)).toBe(1);
      await append(2);
      expect(await store.upkeep.state()).toEqual({});
    } finally {
      await own.stop();
    }
  });
});
