import { describe, expect, it } from '@jest/globals';
import { array, assert, integer, property } from 'fast-check';
import { waitForTurn } from './wait-for-turn.js';

describe('waitForTurn', () => {
  it.each([
    [[], 1, 0, 0],
    [[0], 1, 10_000, 50_000],
    [[0], 2, 10_000, 0],
    [[0, 5_000], 2, 10_000, 50_000],
    [[0, 5_000], 2, 61_000, 0],
    [[0, 5_000, 62_000], 2, 63_000, 2_000],
  ])('after those at %j with %i a minute, at %i, waits %i', (begun, perMinute, nowMs, expected) => {
    expect(waitForTurn(begun, perMinute, nowMs)).toBe(expected);
  });

  it('never lets more begin in any minute', () => {
    assert(
      property(
        integer({ min: 1, max: 5 }),
        array(integer({ min: 0, max: 40_000 }), { maxLength: 30 }),
        (most, gaps) => {
          const begun: number[] = [];
          let nowMs = 0;
          for (const gap of gaps) {
            nowMs += gap;
            nowMs += waitForTurn(begun, most, nowMs);
            begun.push(nowMs);
          }
          for (const at of begun)
            expect(begun.filter((one) => one >= at && one < at + 60_000).length).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});
