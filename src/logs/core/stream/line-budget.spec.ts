import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { LineBudget } from './line-budget.js';

describe('the budget of lines', () => {
  it('is never exceeded in any second, and never refuses what fits', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), steps, (perSecond, pauses) => {
        const budget = new LineBudget(perSecond);
        const sent: number[] = [];
        let nowMs = 0;
        for (const pause of pauses) {
          nowMs += pause;
          const recent = sent.filter((atMs) => atMs > nowMs - 1000).length;
          const isTaken = budget.take(nowMs);
          expect(isTaken).toBe(recent < perSecond);
          if (isTaken) sent.push(nowMs);
        }
      }),
    );
  });

  it('says when the next one may go', () => {
    const budget = new LineBudget(2);
    expect([budget.take(100), budget.take(300), budget.take(400)]).toEqual([true, true, false]);
    expect(budget.opensAtMs()).toBe(1100);
    expect([budget.take(1099), budget.take(1100), budget.take(1299), budget.take(1300)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});
