import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InfluxdbMetricSink } from '../../src/adapters/influxdb/metric-sink.influxdb.js';
import { InfluxdbStub } from '../support/influxdb-stub.js';
import { aPod, aSample } from '../support/samples.js';
import { describeMetricSink } from './metric-sink.contract.js';
import { cpu, T0 } from './metric-store.fixture.js';

const sinkOf = ({ url }: InfluxdbStub, token: string) =>
  new InfluxdbMetricSink({ url, token, org: 'o', bucket: 'k8s', clusterName: 'default' });

describeMetricSink('a loopback InfluxDB', async () => {
  const stub = await InfluxdbStub.start();
  return {
    async fresh() {
      stub.points.clear();
      const points = async (metric: string) =>
        [...stub.points.values()]
          .filter(({ measurement }) => measurement === metric)
          .map(({ tags, atMs, value }) => ({ ...(tags['pod_name'] ? { pod: tags['pod_name'] } : {}), atMs, value }));
      return { sink: sinkOf(stub, stub.token), points };
    },
    stop: () => stub.stop(),
  };
});

describe('InfluxdbMetricSink', () => {
  let stub: InfluxdbStub;
  beforeEach(async () => {
    stub = await InfluxdbStub.start();
  });
  afterEach(() => stub.stop());
  const write = (token = stub.token) => sinkOf(stub, token).write(T0, [{ scope: 'node-1', samples: [cpu(aPod(), 1)] }]);

  it.each([
    [{ status: 403 }, 'the credentials may not write to its bucket (403)'],
    [{ status: 429 }, 'it is asked too much (429)'],
    [{ status: 500 }, 'it answers 500'],
    [{ status: 503 }, 'it is overloaded or starting (503)'],
    ['away', 'it cannot be reached (ECONNRESET)'],
  ] as const)('says without address and secret that a sink of %j is away', async (mood, message) => {
    stub.mood = mood;
    await expect(write()).rejects.toMatchObject({ name: 'SinkAwayError', message });
  });

  it('says that the token is wrong, and does not say the token', async () => {
    await expect(write('wrong-token')).rejects.toMatchObject({ message: 'it refuses the credentials (401)' });
  });

  it('deletes nothing when it writes first, and nothing when it writes the same series again', async () => {
    await write();
    await write();
    expect(stub.requests.get('/api/v2/delete')).toBeUndefined();
  });

  it('counts points that are refused for good, and goes on with the others', async () => {
    stub.mood = { refuses: ({ measurement }) => measurement === 'memory/usage' };
    const samples = [aSample(aPod(), { 'cpu/usage_rate': 1, 'memory/usage': 2 })];
    expect(await sinkOf(stub, stub.token).write(T0, [{ scope: 'node-1', samples }])).toEqual({
      points: 1,
      refusedPoints: 1,
    });
    expect([...stub.points.values()].some(({ measurement }) => measurement === 'cpu/usage_rate')).toBe(true);
  });

  it('is not held up by a bucket that keeps nothing so old', async () => {
    stub.mood = { refuses: () => true };
    expect(await write()).toEqual({ points: 0, refusedPoints: 1 });
  });
});
