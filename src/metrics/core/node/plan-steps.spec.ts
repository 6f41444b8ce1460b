import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MOST_STEPS, planSteps } from './plan-steps.js';

describe('the steps of a span', () => {
  it.each([
    [600_000, 60_000, 60_000, 10],
    [600_001, 60_000, 60_000, 11],
    [3_599_999, 60_000, 60_000, 60],
    [3_600_000, 60_000, 60_000, 60],
    [3_600_001, 60_000, 120_000, 31],
    [600_000, 5000, 10_000, 60],
    [1, 60_000, 60_000, 1],
  ])('of %i ms with a cycle every %i ms are %i ms wide, and %i', (spanMs, resolutionMs, stepMs, count) => {
    expect(planSteps(spanMs, resolutionMs)).toEqual({ stepMs, count });
  });

  it('hold whole cycles, cover the span, and are few', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400_000 }), fc.integer({ min: 5000, max: 3_600_000 }), (span, cycle) => {
        const { stepMs, count } = planSteps(span, cycle);
        expect(stepMs % cycle).toBe(0);
        expect(stepMs * count).toBeGreaterThanOrEqual(span);
        expect(count).toBeLessThanOrEqual(MOST_STEPS);
      }),
    );
  });
});
