import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { cpuMillicores, ratePerSecond, windowMs } from './rate.js';

const HOUR = 3_600_000;

describe('windowMs', () => {
  it.each([
    ['a later stamp of the same run', [60_000, 0, 0, 0], 60_000],
    ['the same stamp twice', [60_000, 0, 60_000, 0], NaN],
    ['a stamp that went back', [50_000, 0, 60_000, 0], NaN],
    ['no earlier stamp', [60_000, 0, NaN, 0], NaN],
    ['a start after the earlier reading', [60_000, 30_000, 0, -5000], NaN],
    ['another start before the earlier reading', [60_000, -5000, 0, -9000], NaN],
    ['a start that wandered by a second', [60_000, -8000, 0, -9000], 60_000],
    ['a start a second later, after the earlier reading', [60_000, 500, 0, -300], NaN],
    ['an unknown start', [60_000, NaN, 0, -9000], 60_000],
    ['readings too far apart', [2 * HOUR, 0, 0, 0], NaN],
  ] as const)('for %s', (_, [lastAt, lastStart, prevAt, prevStart], expected) => {
    expect(windowMs(lastAt, lastStart, prevAt, prevStart, HOUR)).toBe(expected);
  });
});

describe('rates', () => {
  it('are exact, where Heapster truncated to 15', () => {
    expect(cpuMillicores(60_000, 1_440_684_951, 500_000_000)).toBe(940_684_951 / 60_000_000);
  });

  it('are unknown when the counter went back', () => {
    expect(ratePerSecond(1000, 5, 6)).toBeNaN();
    expect(cpuMillicores(1000, 5, 6)).toBeNaN();
  });

  it('are unknown without a value or a window', () => {
    expect(ratePerSecond(NaN, 6, 5)).toBeNaN();
    expect(ratePerSecond(1000, 6, NaN)).toBeNaN();
    expect(cpuMillicores(1000, NaN, 5)).toBeNaN();
  });

  it('are never negative, whatever the readings', () => {
    const number = fc.oneof(fc.double({ min: 0, max: 2 ** 63 }), fc.constant(NaN));
    fc.assert(
      fc.property(number, number, number, number, number, number, (a, b, c, d, last, prev) => {
        const window = windowMs(a, b, c, d, HOUR);
        expect(ratePerSecond(window, last, prev) < 0).toBe(false);
        expect(cpuMillicores(window, last, prev) < 0).toBe(false);
      }),
    );
  });

  it('times the window give back the growth of the counter', () => {
    const whole = fc.integer({ min: 0, max: 2 ** 40 });
    fc.assert(
      fc.property(whole, whole, fc.integer({ min: 1, max: 600_000 }), (prev, growth, window) => {
        expect((ratePerSecond(window, prev + growth, prev) * window) / 1000).toBeCloseTo(growth, 2);
      }),
    );
  });
});
