import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MetricRange } from '../../src/metrics/metric-query.schema.js';
import { MetricClient, startMetricApi } from '../support/metric-api.js';
import { METRIC_STORES } from '../support/metric-stores.js';
import { aNode, aSample } from '../support/samples.js';

const HOUR = 3_600_000;
/** Clocks go back in Berlin on 2025-10-26, at 01:00 UTC. */
const FIRST = Date.UTC(2025, 9, 18);
const HOURS = 11 * 24;

describe.each(METRIC_STORES)('days on which clocks change, on %s', (_, open) => {
  let client: MetricClient;
  let close: () => Promise<unknown>;

  beforeAll(async () => {
    const store = await open();
    for (let hour = 0; hour < HOURS; hour += 1) {
      // node-2 comes with the last of the days that are asked for
      const nodes = ['node-1', ...(hour >= 8 * 24 + 23 ? ['node-2'] : [])];
      const scopes = nodes.map((node) => ({
        scope: node,
        samples: [aSample(aNode({ node }), { 'cpu/usage_rate': hour })],
      }));
      await store.writer.append(FIRST + hour * HOUR, scopes);
    }
    const app = await startMetricApi(store.reader);
    client = new MetricClient(app);
    close = () => app.close().then(() => store.close());
  });
  afterAll(() => close());

  const ask = (query: Record<string, string>): Promise<MetricRange> =>
    client.ok('query', { metric: 'cpu/usage_rate', object: 'node', step: '1d', timeZone: 'Europe/Berlin', ...query });
  const BERLIN = { from: '2025-10-24T22:00:00Z', to: '2025-10-27T23:00:00Z' };

  it('are read as one series each, of 24, 25 and 24 hours', async () => {
    const { results } = await ask({ ...BERLIN, aggregation: 'count' });
    expect(
      results[0]?.series.map(({ object, points }) => [object?.node, points.map(({ time, value }) => [time, value])]),
    ).toEqual([
      [
        'node-1',
        [
          ['2025-10-24T22:00:00.000Z', 24],
          ['2025-10-25T22:00:00.000Z', 25],
          ['2025-10-26T23:00:00.000Z', 24],
        ],
      ],
      ['node-2', [['2025-10-26T23:00:00.000Z', 24]]],
    ]);
  });

  it('are put together in groups just so', async () => {
    const { results } = await ask({ ...BERLIN, aggregation: 'count', groupBy: 'cluster' });
    expect(results[0]?.series).toMatchObject([{ objects: 2, points: [{ value: 24 }, { value: 25 }, { value: 48 }] }]);
  });

  it('compare with the same days of the week before, midnight with midnight', async () => {
    const { results } = await ask({ ...BERLIN, node: 'node-1', aggregation: 'min', offset: '7d' });
    expect(results[0]?.series[0]?.points).toEqual([
      // local midnights of the 18th, 19th and 20th, which are 22:00 UTC of the day before; data begin at 00:00 UTC of the 18th
      { time: '2025-10-24T22:00:00.000Z', value: 0 },
      { time: '2025-10-25T22:00:00.000Z', value: 22 },
      { time: '2025-10-26T23:00:00.000Z', value: 46 },
    ]);
  });

  it('compare as whole days, whether the clocks changed in between or not', async () => {
    const after = { from: '2025-10-26T23:00:00Z', to: '2025-10-27T23:00:00Z' };
    const { results } = await ask({ ...after, node: 'node-1', aggregation: 'count', offset: '7d' });
    expect(results[0]?.series[0]?.points).toEqual([{ time: '2025-10-26T23:00:00.000Z', value: 24 }]);
  });

  it('are cut by series, not by stretches', async () => {
    const { results, truncated } = await ask({ ...BERLIN, limit: '1' });
    expect([results[0]?.series.length, results[0]?.series[0]?.points.length, truncated]).toEqual([1, 3, true]);
  });
});
