import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { shiftInstants } from './shift-instants.js';
import { stepBoundaries } from './step-boundaries.js';
import { stretchesOf } from './stretches-of.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (text: string): number => Date.parse(`${text}Z`);
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
const steps = (from: string, to: string, stepMs: number, timeZone = 'UTC'): number[] =>
  stepBoundaries({ fromMs: at(from), toMs: at(to), stepMs, timeZone });
const hoursOf = (boundaries: number[]): number[] =>
  boundaries.slice(1).map((end, index) => (end - (boundaries[index] ?? end)) / HOUR);

describe('where steps begin', () => {
  it.each<[string, string, string, number, string, string[]]>([
    [
      'on multiples of their width',
      '2026-01-01T10:07',
      '2026-01-01T10:20',
      600_000,
      'UTC',
      ['2026-01-01T10:00', '2026-01-01T10:10', '2026-01-01T10:20'],
    ],
    [
      'at the start when it is one',
      '2026-01-01T10:00',
      '2026-01-01T11:00',
      HOUR,
      'UTC',
      ['2026-01-01T10:00', '2026-01-01T11:00'],
    ],
    [
      'of a week on Monday',
      '2026-03-04T10:00',
      '2026-03-10T00:00',
      7 * DAY,
      'UTC',
      ['2026-03-02T00:00', '2026-03-09T00:00', '2026-03-16T00:00'],
    ],
    [
      'of a day at local midnight',
      '2026-01-01T10:00',
      '2026-01-02T00:00',
      DAY,
      'Asia/Tokyo',
      ['2025-12-31T15:00', '2026-01-01T15:00', '2026-01-02T15:00'],
    ],
    [
      'of an hour at the half where the offset is no whole hour',
      '2026-01-01T10:00',
      '2026-01-01T11:00',
      HOUR,
      'Asia/Kolkata',
      ['2026-01-01T09:30', '2026-01-01T10:30', '2026-01-01T11:30'],
    ],
  ])('is %s', (_, from, to, stepMs, timeZone, expected) => {
    expect(steps(from, to, stepMs, timeZone).map(iso)).toEqual(expected);
  });

  it.each<[string, string, string, number, string, number[]]>([
    [
      'a day is 23 hours long when clocks go forward',
      '2026-03-28T12:00',
      '2026-03-30T12:00',
      DAY,
      'Europe/Berlin',
      [24, 23, 24],
    ],
    [
      'a day is 25 hours long when they go back',
      '2026-10-24T12:00',
      '2026-10-26T12:00',
      DAY,
      'Europe/Berlin',
      [24, 25, 24],
    ],
    [
      'a day whose midnight is jumped over begins at the jump',
      '2026-04-23T12:00',
      '2026-04-25T12:00',
      DAY,
      'Africa/Cairo',
      [24, 23, 24],
    ],
    [
      'a day whose midnight comes twice begins at the first',
      '2026-10-31T12:00',
      '2026-11-02T12:00',
      DAY,
      'America/Havana',
      [24, 25, 24],
    ],
    ['six hours are five', '2026-03-28T23:00', '2026-03-29T10:00', 6 * HOUR, 'Europe/Berlin', [5, 6]],
    ['two hours are three', '2026-10-24T22:00', '2026-10-25T05:00', 2 * HOUR, 'Europe/Berlin', [2, 3, 2]],
    ['hours stay hours', '2026-10-24T23:00', '2026-10-25T03:00', HOUR, 'Europe/Berlin', [1, 1, 1, 1]],
    ['a jump of half an hour', '2026-04-04T12:00', '2026-04-04T17:00', 2 * HOUR, 'Australia/Lord_Howe', [2, 2.5, 2]],
  ])('%s', (_, from, to, stepMs, timeZone, expected) => {
    expect(hoursOf(steps(from, to, stepMs, timeZone))).toEqual(expected);
  });

  it('cover every range without a gap, none of them empty, whatever the zone', () => {
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/Havana',
      'Africa/Cairo',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
    );
    const range = fc.tuple(
      fc.integer({ min: at('1995-01-01T00:00'), max: at('2035-01-01T00:00') }),
      fc.integer({ min: 1, max: 90 * DAY }),
    );
    const step = fc.constantFrom(HOUR, 2 * HOUR, 6 * HOUR, 7 * HOUR, DAY, 2 * DAY, 7 * DAY);
    fc.assert(
      fc.property(zone, range, step, (timeZone, [fromMs, spanMs], stepMs) => {
        const boundaries = stepBoundaries({ fromMs, toMs: fromMs + spanMs, stepMs, timeZone });
        expect(boundaries[0]).toBeLessThanOrEqual(fromMs);
        expect(boundaries[1]).toBeGreaterThan(fromMs);
        expect(boundaries.at(-1)).toBeGreaterThanOrEqual(fromMs + spanMs);
        expect(boundaries.at(-2)).toBeLessThan(fromMs + spanMs);
        for (const hours of hoursOf(boundaries)) {
          expect(hours).toBeGreaterThan(0);
          expect(hours).toBeLessThan(stepMs / HOUR + 1.5);
        }
        const stretches = stretchesOf(boundaries);
        expect(stretches.reduce((sum, { startMs, endMs, stepMs: width }) => sum + (endMs - startMs) / width, 0)).toBe(
          boundaries.length - 1,
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('stretches of one width', () => {
  it('are three around the day on which clocks change', () => {
    const stretches = stretchesOf(steps('2026-03-20T12:00', '2026-04-05T12:00', DAY, 'Europe/Berlin'));
    expect(stretches.map(({ startMs, stepMs }) => [iso(startMs), stepMs / HOUR])).toEqual([
      ['2026-03-19T23:00', 24],
      ['2026-03-28T23:00', 23],
      ['2026-03-29T22:00', 24],
    ]);
  });

  it('leave out what has no width', () => {
    expect(stretchesOf([0, 10, 10, 20])).toEqual([{ startMs: 0, endMs: 20, stepMs: 10 }]);
    expect(stretchesOf([])).toEqual([]);
  });
});

describe('instants moved back', () => {
  const midnights = steps('2026-03-29T12:00', '2026-04-01T12:00', DAY, 'Europe/Berlin');

  it('by whole days stay at midnight', () => {
    expect(shiftInstants(midnights, 7 * DAY, 'Europe/Berlin').map(iso)).toEqual([
      '2026-03-21T23:00',
      '2026-03-22T23:00',
      '2026-03-23T23:00',
      '2026-03-24T23:00',
      '2026-03-25T23:00',
    ]);
  });

  it.each([
    [HOUR, 'Europe/Berlin'],
    [7 * DAY, 'UTC'],
  ])('by %d ms in %s go back by what elapsed', (back, timeZone) => {
    expect(shiftInstants(midnights, back, timeZone)).toEqual(midnights.map((instant) => instant - back));
  });

  it('to a time that did not exist are the jump', () => {
    expect(shiftInstants([at('2026-03-30T00:30')], DAY, 'Europe/Berlin').map(iso)).toEqual(['2026-03-29T01:00']);
    expect(shiftInstants([], DAY, 'Europe/Berlin')).toEqual([]);
  });
});
