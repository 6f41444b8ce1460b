import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InfluxdbMetricStore } from '../../src/adapters/influxdb/metric-store.influxdb.js';
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
  }, 120_000);
  afterAll(() => server.stop());

  it('forgets ended days of its own cluster alone, and may do so again', async () => {
    const bucket = server.newBucket();
    const [ours, theirs] = await Promise.all([open(bucket, 'ours'), open(bucket, 'theirs')]);
    for (const store of [ours, theirs])
      for (const day of [0, 1, 2])
        await store.writer.append(T0 - day * DAY, [{ scope: 'node-1', samples: [cpu(aPod(), day)] }]);
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
    const headers = { authorization: `Token ${server.token}` };
    const list = await fetch(`${server.url}/api/v2/buckets?org=${server.org}&name=${bucket}`, { headers });
    const { buckets } = (await list.json()) as { buckets: { id: string }[] };
    await fetch(`${server.url}/api/v2/buckets/${buckets[0]?.id}`, { method: 'DELETE', headers });
    expect((await upkeep.state()).refusal).toContain(`no bucket ${bucket}`);
  });
});
