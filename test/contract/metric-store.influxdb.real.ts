import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InfluxdbMetricStore } from '../../src/adapters/influxdb/metric-store.influxdb.js';
import { aPod } from '../support/samples.js';
import { InfluxdbServer } from '../support/influxdb-server.js';
import { describeMetricStore } from './metric-store.contract.js';
import { cpu, MINUTE, StoreFixture, T0 } from './metric-store.fixture.js';

const noop = () => Promise.resolve();

describeMetricStore('InfluxDB', async () => {
  const server = await InfluxdbServer.start();
  const { url, org, token } = server;
  return {
    async fresh() {
      const store = await InfluxdbMetricStore.open({ url, org, token, bucket: server.newBucket() });
      return { writer: store.writer, reader: store.reader, close: noop };
    },
    stop: () => server.stop(),
  };
});

describe('InfluxdbMetricStore', () => {
  const { take, append, range, instant } = bound(new StoreFixture());
  let server: InfluxdbServer;

  beforeAll(async () => {
    server = await InfluxdbServer.start();
  });
  afterAll(() => server.stop());

  it('takes a user with password, and the bucket that is there', async () => {
    const { url, org, token, username, password } = server;
    const bucket = server.newBucket();
    take(await InfluxdbMetricStore.open({ url, org, bucket, username, password }));
    await append(T0, [cpu(aPod(), 1)]);
    take(await InfluxdbMetricStore.open({ url, org, bucket, token }));
    expect(await instant({ type: 'pod' })).toHaveLength(1);
  });

  it('refuses to open with a wrong token, a wrong password or a wrong organization', async () => {
    const { url, org, token } = server;
    const bucket = server.newBucket();
    await expect(InfluxdbMetricStore.open({ url, org, bucket, token: 'wrong' })).rejects.toThrow('unauthorized');
    const user = { username: 'nobody', password: 'wrong' };
    await expect(InfluxdbMetricStore.open({ url, org, bucket, ...user })).rejects.toThrow('unauthorized');
    await expect(InfluxdbMetricStore.open({ url, org: 'wrong', bucket, token })).rejects.toThrow('organization');
  });

  it('acknowledges an append of more lines than one request takes only when all are kept', async () => {
    const { url, org, token } = server;
    take(await InfluxdbMetricStore.open({ url, org, token, bucket: server.newBucket() }));
    const pods = Array.from({ length: 6_000 }, (_, index) => aPod({ pod: `p${String(index)}` }));
    await append(
      T0,
      pods.map((pod) => cpu(pod, 1)),
    );
    expect(await instant({ type: 'pod' }, { limit: 10_000 })).toHaveLength(6_000);
  });

  it('rejects an append that the server refuses, and an append when there is no server', async () => {
    const { url, org, token } = server;
    take(await InfluxdbMetricStore.open({ url, org, token, bucket: server.newBucket() }));
    await expect(append(Number.MAX_SAFE_INTEGER, [cpu(aPod(), 1)])).rejects.toThrow();
    const away = await InfluxdbMetricStore.open({ url: 'http://127.0.0.1:9', org, token, bucket: 'b' });
    const appended = away.writer.append(T0, [{ scope: 'node-1', samples: [cpu(aPod(), 1)] }]);
    await expect(appended).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('keeps clusters that share a bucket apart', async () => {
    const { url, org, token } = server;
    const bucket = server.newBucket();
    for (const [index, clusterName] of ['east', 'west'].entries()) {
      take(await InfluxdbMetricStore.open({ url, org, token, bucket, clusterName }));
      await append(T0, [cpu(aPod(), index)]);
    }
    await append(T0, [cpu(aPod(), 5)]);
    expect((await range({ type: 'pod' })).map(({ points }) => points)).toEqual([[[T0, 5]]]);
    take(await InfluxdbMetricStore.open({ url, org, token, bucket, clusterName: 'east' }));
    expect((await range({ type: 'pod' })).map(({ points }) => points)).toEqual([[[T0, 0]]]);
  });

  it('finds what another process has written just before', async () => {
    const { url, org, token } = server;
    const bucket = server.newBucket();
    const first = await InfluxdbMetricStore.open({ url, org, token, bucket });
    const second = await InfluxdbMetricStore.open({ url, org, token, bucket });
    take(second);
    for (let minute = 0; minute < 10; minute += 1) {
      await first.writer.append(T0 + minute * MINUTE, [{ scope: 'node-1', samples: [cpu(aPod(), minute)] }]);
      expect((await instant({ type: 'pod' }))[0]?.value).toBe(minute);
    }
  });
});

function bound(fixture: StoreFixture) {
  const { append, range, instant } = fixture;
  const take = (store: InfluxdbMetricStore) =>
    fixture.take({ writer: store.writer, reader: store.reader, close: noop });
  return { append, range, instant, take };
}
