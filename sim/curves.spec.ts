import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { integral, levelAt } from './curves.js';
import { EPOCH_MS } from './model.js';
import { curveAround } from './plan-pods.js';

const bursting = {
  ...curveAround(0.2, 0.6, 'test'),
  burst: 1.5,
  burstMs: 90_000,
  burstPeriodMs: 300_000,
  burstPhaseMs: 7000,
};

describe('curves', () => {
  it('have an integral that equals the sum of many small steps', () => {
    const fromMs = EPOCH_MS + 86_400_000 * 400 + 12_345;
    const stepMs = 50;
    let sum = 0;
    for (let step = 0; step < 20_000; step++)
      sum += (levelAt(bursting, fromMs + (step + 0.5) * stepMs) * stepMs) / 1000;
    expect(integral(bursting, fromMs, fromMs + 20_000 * stepMs)).toBeCloseTo(sum, 0);
    expect(Math.abs(integral(bursting, fromMs, fromMs + 20_000 * stepMs) / sum - 1)).toBeLessThan(0.001);
  });

  it('are never negative and add up over adjoining windows', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000_000), fc.nat(1_000_000), fc.nat(1_000_000), fc.string(), (start, one, two, key) => {
        const curve = curveAround(0.1, 0.6, key);
        const from = EPOCH_MS + start;
        const whole = integral(curve, from, from + one + two);
        expect(levelAt(curve, from)).toBeGreaterThan(0);
        expect(integral(curve, from, from + one) + integral(curve, from + one, from + one + two)).toBeCloseTo(whole, 6);
        expect(whole).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
