import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { instantAt, parseTime, TimeError } from './time-range.js';

const NOW = Date.UTC(2026, 0, 1, 10, 0, 0, 250);
const LATEST = Date.UTC(2261, 11, 31, 23, 59, 59, 999);
const at = (text: string | number) => instantAt(parseTime(text), NOW);

describe('a time', () => {
  it.each([
    ['2026-01-01T10:00:00Z', Date.UTC(2026, 0, 1, 10)],
    ['2026-01-01t10:00:00z', Date.UTC(2026, 0, 1, 10)],
    ['2026-01-01 10:00:00Z', Date.UTC(2026, 0, 1, 10)],
    ['2026-01-01T10:00:00.5Z', Date.UTC(2026, 0, 1, 10, 0, 0, 500)],
    ['2026-01-01T10:00:00.123456789Z', Date.UTC(2026, 0, 1, 10, 0, 0, 123)],
    ['2026-01-01T10:00:00+01:30', Date.UTC(2026, 0, 1, 8, 30)],
    ['2026-01-01T10:00:00-08:00', Date.UTC(2026, 0, 1, 18)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['1767261600', Date.UTC(2026, 0, 1, 10)],
    ['1767261600.25', Date.UTC(2026, 0, 1, 10, 0, 0, 250)],
    ['1767261600.001', Date.UTC(2026, 0, 1, 10, 0, 0, 1)],
    ['1767261600250', Date.UTC(2026, 0, 1, 10, 0, 0, 250)],
    [1767261600, Date.UTC(2026, 0, 1, 10)],
    ['0', 0],
    ['now', NOW],
    ['now-15m', NOW - 900_000],
    ['-15m', NOW - 900_000],
    ['now+1h30m', NOW + 5_400_000],
    ['1900-01-01T00:00:00Z', 0],
    ['-99999999d', 0],
    ['9999-12-31T23:59:59Z', LATEST],
    ['999999999999999', LATEST],
    ['now+99999999d', LATEST],
  ])('reads %s', (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    '15m',
    'now15m',
    'now-',
    'now-15',
    '--15m',
    '-1767261600',
    '2026-01-01',
    '2026-01-01T10:00:00',
    '2026-02-29T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T10:60:00Z',
    '2026-01-01T10:00:00+25:00',
    '1e12',
  ])('refuses %p', (text) => {
    expect(() => parseTime(text)).toThrow(TimeError);
  });

  it('tells how a plus is written in a URL', () => {
    expect(() => parseTime('2026-01-01T10:00:00 01:00')).toThrow('%2B');
    expect(() => parseTime('2026-01-01T10:00:00')).not.toThrow('%2B');
  });

  it('reads what an instant is printed as, whole milliseconds and whole seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100_000_000_000, max: LATEST }), (ms) => {
        expect(at(new Date(ms).toISOString())).toBe(ms);
        expect(at(ms)).toBe(ms);
        expect(at(Math.floor(ms / 1e4))).toBe(Math.floor(ms / 1e4) * 1000);
      }),
    );
  });
});
