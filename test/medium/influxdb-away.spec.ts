import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isInfluxRefusal } from '../../src/adapters/influxdb/is-influx-refusal.js';
import { InfluxdbMetricStore } from '../../src/adapters/influxdb/metric-store.influxdb.js';
import { InfluxdbStub, type StubMood } from '../support/influxdb-stub.js';
import { T0 } from '../support/metric-api.js';
import { aPod, aSample } from '../support/samples.js';

const SCOPES = [{ scope: 'node-1', samples: [aSample(aPod(), { 'cpu/usage_rate': 7 })] }];
const LOOK = {
  metric: 'cpu/usage_rate',
  select: { type: 'pod' },
  atMs: T0,
  lookbackMs: 1,
  limit: 1,
  order: 'object',
} as const;

describe('an InfluxDB that is the metric store', () => {
  let server: InfluxdbStub;
  let away: unknown[];
  beforeEach(async () => {
    server = await InfluxdbStub.start();
    away = [];
  });
  afterEach(() => server.stop());

  const open = ({ token = server.token, timeoutMs = 600_000 } = {}) =>
    InfluxdbMetricStore.open({
      url: server.url,
      org: 'o',
      bucket: 'k8s',
      token,
      timeoutMs,
      startWaitMs: 200,
      onAway: (error) => away.push(error),
    });
  const failureOf = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  it.each<[string, StubMood]>([
    ['breaks connections', 'away'],
    ['is starting', { status: 503 }],
    ['is asked too much', { status: 429 }],
    ['is silent', 'silent'],
  ])('opens while it %s, and is used when it is back', async (_, mood) => {
    server.mood = mood;
    const { writer, reader, upkeep } = await open(mood === 'silent' ? { timeoutMs: 1000 } : {});
    expect(away).toHaveLength(1);
    const failure = await failureOf(writer.append(T0, SCOPES));
    expect(failure).toBeInstanceOf(Error);
    expect(isInfluxRefusal(failure)).toBe(false); // so that it waits
    expect(await failureOf(reader.instant(LOOK))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await failureOf(upkeep.state())).toBeInstanceOf(Error);
    expect(server.requests.get('/api/v2/write')).toBeUndefined();
    server.mood = 'up';
    server.requests.clear();
    await writer.append(T0, SCOPES);
    expect([...server.points.values()].map(({ measurement, value }) => [measurement, value])).toContainEqual([
      'cpu/usage_rate',
      7,
    ]);
    expect(server.requests.get('/api/v2/buckets')).toBe(3); // one a tier
    await writer.append(T0, SCOPES);
    expect(server.requests.get('/api/v2/buckets')).toBe(3);
    expect(await upkeep.state()).toEqual({});
  });

  it('whose buckets cannot be made makes samples wait, also where it refuses them as it would refuse lines', async () => {
    server.mood = 'away';
    const { writer } = await open();
    server.mood = { status: 422 };
    expect(isInfluxRefusal(await failureOf(writer.append(T0, SCOPES)))).toBe(false);
  });

  it('is not opened with credentials that it refuses', async () => {
    expect(await failureOf(open({ token: 'wrong' }))).toMatchObject({ statusCode: 401 });
    expect(away).toEqual([]);
  });

  it('is made ready once for calls that come together', async () => {
    server.mood = 'away';
    const { writer } = await open();
    server.mood = 'up';
    server.requests.clear();
    await Promise.all([writer.append(T0, SCOPES), writer.append(T0 + 60_000, SCOPES)]);
    expect(server.requests.get('/api/v2/buckets')).toBe(3);
  });
});
