import { describe, expect, it } from '@jest/globals';
import { chooseTier, type KeptTier, tiersThatReach } from './choose-tier.js';
import type { Stretch } from './stretches-of.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = 1000 * DAY;
type Name = 'raw' | '5m' | '1h';
const kept = (raw?: number, five?: number, hour?: number): KeptTier<Name>[] => [
  { name: 'raw', oldestMs: raw },
  { name: '5m', resolutionMs: 5 * MINUTE, oldestMs: five },
  { name: '1h', resolutionMs: HOUR, oldestMs: hour },
];
const FULL = kept(NOW - 3 * DAY, NOW - 30 * DAY, NOW - 400 * DAY);
const reach = (tiers: KeptTier<Name>[], fromMs: number) =>
  tiersThatReach(tiers, fromMs, MINUTE).map(({ name }) => name);

describe('the tiers that reach back', () => {
  it.each<[string, KeptTier<Name>[], number, Name[]]>([
    ['a day: all', FULL, NOW - DAY, ['raw', '5m', '1h']],
    ['to the oldest raw sample: all', FULL, NOW - 3 * DAY, ['raw', '5m', '1h']],
    ['a millisecond longer: not raw', FULL, NOW - 3 * DAY - 1, ['5m', '1h']],
    ['a year: hours alone', FULL, NOW - 365 * DAY, ['1h']],
    ['longer than anything: what is oldest', FULL, NOW - 500 * DAY, ['1h']],
    [
      'when nothing is older: all that begin with it',
      kept(NOW - HOUR + 180_000, NOW - HOUR, NOW - HOUR),
      NOW - DAY,
      ['raw', '5m', '1h'],
    ],
    [
      'when a coarser tier has one row more: not the finer',
      kept(NOW - HOUR + 5 * MINUTE, NOW - HOUR),
      NOW - DAY,
      ['5m'],
    ],
    ['before anything is rolled up: raw', kept(NOW - HOUR), NOW - DAY, ['raw']],
    ['of an empty store: raw', kept(), NOW - DAY, ['raw']],
  ])('%s', (_, tiers, fromMs, expected) => {
    expect(reach(tiers, fromMs)).toEqual(expected);
  });
});

describe('the tier that is read', () => {
  const choose = (
    stepMs: number,
    over: {
      startMs?: number;
      aggregation?: string;
      rollup?: 'gauge' | 'counter' | 'constant';
      days?: number;
      maxRows?: number;
    } = {},
  ) => {
    const { startMs = 0, aggregation = 'avg', rollup = 'gauge', days = 1, maxRows = Infinity } = over;
    const stretches: Stretch[] = [{ startMs, endMs: startMs + 10 * stepMs, stepMs }];
    const reaching = tiersThatReach(FULL, NOW - days * DAY, MINUTE);
    const rowsOf = (resolutionMs: number): number => (days * DAY) / resolutionMs;
    return chooseTier({ reaching, stretches, rollup, aggregation, maxRows, rowsOf });
  };

  it.each<[string, Parameters<typeof choose>, Name, boolean, boolean]>([
    ['raw for a minute', [MINUTE], 'raw', true, true],
    ['raw for less than a cycle', [8000], 'raw', true, true],
    ['five minutes for five minutes', [5 * MINUTE], '5m', true, true],
    ['five minutes for a quarter of an hour', [15 * MINUTE], '5m', true, true],
    ['raw for seven minutes', [7 * MINUTE], 'raw', true, true],
    ['hours for a day', [DAY], '1h', true, true],
    ['five minutes for hours that begin at the half', [HOUR, { startMs: HOUR / 2 }], '5m', true, true],
    ['five minutes for a minute that raw does not reach', [MINUTE, { days: 10 }], '5m', false, true],
    ['hours for five minutes of a year ago', [5 * MINUTE, { days: 365 }], '1h', false, true],
    ['raw for a percentile', [DAY, { aggregation: 'p95' }], 'raw', true, true],
    [
      'five minutes for a percentile that raw does not reach',
      [DAY, { aggregation: 'p95', days: 10 }],
      '5m',
      true,
      false,
    ],
    [
      'five minutes for a percentile that takes too many raw rows',
      [DAY, { aggregation: 'p95', maxRows: 1439 }],
      '5m',
      true,
      false,
    ],
    ['raw for one that takes as many as it may', [DAY, { aggregation: 'p95', maxRows: 1440 }], 'raw', true, true],
    ['raw for the last of a gauge', [DAY, { aggregation: 'last' }], 'raw', true, true],
    ['hours for the last of a constant', [DAY, { aggregation: 'last', rollup: 'constant' }], '1h', true, true],
    ['hours for an increase', [DAY, { aggregation: 'increase', rollup: 'counter' }], '1h', true, true],
    ['raw for the average of a counter', [DAY, { aggregation: 'avg', rollup: 'counter' }], 'raw', true, true],
  ])('is %s', (_, question, name, fits, isExact) => {
    expect(choose(...question)).toMatchObject({ name, fits, isExact });
  });

  it('is none of no tiers', () => {
    const none = {
      reaching: [],
      stretches: [],
      rollup: 'gauge',
      aggregation: 'avg',
      maxRows: 1,
      rowsOf: () => 1,
    } as const;
    expect(() => chooseTier(none)).toThrow(RangeError);
  });
});
