import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseStamp } from './parse-stamp.js';

describe('parseStamp', () => {
  it.each([
    ['2026-01-01T10:00:07Z', 1_767_261_607_000],
    ['2024-02-29T23:59:59Z', 1_709_251_199_000],
    ['2026-01-01T12:00:07+02:00', 1_767_261_607_000],
    ['2026-01-01T10:00:07.25Z', 1_767_261_607_250],
    ['2026-01-01T10:00:07.123456789Z', 1_767_261_607_123.456],
  ])('reads %s', (text, instantMs) => {
    expect(parseStamp(text)).toBe(instantMs);
  });

  it.each([
    ['0001-01-01T00:00:00Z'],
    ['2026-13-01T10:00:07Z'],
    ['2026-01-01T25:00:07Z'],
    ['yesterday'],
    [''],
    [null],
    [17],
  ])('takes %s as unknown', (text) => {
    expect(parseStamp(text)).toBeNaN();
  });

  it('reads every instant as Date.parse does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_000_000_000 }), (seconds) => {
        const text = new Date(seconds * 1000).toISOString();
        expect(parseStamp(text)).toBe(seconds * 1000);
        expect(parseStamp(`${text.slice(0, 19)}Z`)).toBe(seconds * 1000);
      }),
    );
  });
});
