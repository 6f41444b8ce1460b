import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DurationError, formatDuration, isDurationBetween, parseDuration } from './duration.js';

describe('parseDuration', () => {
  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
    ['250ms', 250],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['0s', 0],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '5', 's', '-5s', '5 s', '5y', '1h30', '1e3s', '999999999999999d'])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(DurationError);
  });
});

describe('isDurationBetween', () => {
  it.each([
    ['999ms', false],
    ['1s', true],
    ['1m', true],
    ['60001ms', false],
    ['soon', false],
  ])('says of %s between 1s and 1m: %s', (text, isBetween) => {
    expect(isDurationBetween(text, 1_000, 60_000)).toBe(isBetween);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [60_000, '1m'],
    [90_000, '1m30s'],
    [86_400_000, '1d'],
    [604_800_001, '7d1ms'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('is read back as the same number of milliseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e14 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});
