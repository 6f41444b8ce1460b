import { describe, expect, it } from '@jest/globals';
import type { TierName } from '../../metrics/metric-store.port.js';
import { type RolledUp, tierParts } from './tier-parts.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('tierParts', () => {
  const rolledUp = (over: Partial<Record<TierName, readonly [number, number]>> = {}): Map<TierName, RolledUp> => {
    const spans = { raw: [0, Infinity], '5m': [0, 190 * MINUTE], '1h': [0, 3 * HOUR], ...over } as const;
    return new Map(
      Object.entries(spans).map(([tier, [oldestMs, untilMs]]) => [tier as TierName, { oldestMs, untilMs }]),
    );
  };
  const day = { fromMs: 0, toMs: 24 * HOUR, stepMs: HOUR };

  it.each<[string, TierName | undefined, number[][]]>([
    ['samples alone when no tier is asked for', undefined, [[0, 24]]],
    [
      'samples from the step on in which the tier ends',
      '5m',
      [
        [0, 3],
        [3, 24],
      ],
    ],
    [
      'each tier as far as it goes',
      '1h',
      [
        [0, 3],
        [3, 24],
      ],
    ],
  ])('reads %s', (_, tier, expected) => {
    const parts = tierParts({ ...day, ...(tier ? { tier } : {}) }, rolledUp());
    expect(parts.map(({ fromMs, toMs }) => [fromMs / HOUR, toMs / HOUR])).toEqual(expected);
  });

  it('names the tiers from the coarsest on', () => {
    const parts = tierParts({ ...day, tier: '1h' }, rolledUp({ '5m': [0, 5 * HOUR] }));
    expect(parts).toEqual([
      { tier: '1h', fromMs: 0, toMs: 3 * HOUR },
      { tier: '5m', fromMs: 3 * HOUR, toMs: 5 * HOUR },
      { tier: 'raw', fromMs: 5 * HOUR, toMs: 24 * HOUR },
    ]);
  });

  it.each([
    [3 * HOUR - 1, [['1h', 0, 3 * HOUR - 1]]],
    [3 * HOUR, [['1h', 0, 3 * HOUR]]],
    [
      3 * HOUR + 1,
      [
        ['1h', 0, 3 * HOUR],
        ['5m', 3 * HOUR, 3 * HOUR + 1],
      ],
    ],
  ])('reads no finer tier for a range that ends at %i, or does', (toMs, expected) => {
    const parts = tierParts({ ...day, toMs, tier: '1h' }, rolledUp());
    expect(parts.map(({ tier, fromMs, toMs }) => [tier, fromMs, toMs])).toEqual(expected);
  });

  it('takes what the coarser tier holds of a step that the finer one no longer reaches back to', () => {
    const query = { ...day, stepMs: 4 * HOUR, tier: '1h' } as const;
    expect(tierParts(query, rolledUp({ '5m': [HOUR, 3 * HOUR] }))).toEqual([
      { tier: '1h', fromMs: 0, toMs: 3 * HOUR },
      { tier: 'raw', fromMs: 4 * HOUR, toMs: 24 * HOUR },
    ]);
  });

  it('reads samples when nothing is rolled up, and nothing of an empty range', () => {
    expect(tierParts({ ...day, tier: '1h' }, new Map())).toEqual([{ tier: 'raw', fromMs: 0, toMs: 24 * HOUR }]);
    expect(tierParts({ ...day, toMs: 0 }, new Map())).toEqual([]);
  });
});
