import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { LEAST_NUMBER, MOST_NUMBER, sortableNumber } from './sortable-number.js';

describe('a sortable number', () => {
  it('sorts as the number does', () => {
    const number = fc.double({ noNaN: true });
    fc.assert(
      fc.property(number, number, (left, right) => {
        const [one, other] = [sortableNumber(left), sortableNumber(right)];
        expect(one < other).toBe(left < right);
        expect(one === other).toBe(left === right);
        for (const text of [one, other]) expect(text > LEAST_NUMBER && text < MOST_NUMBER).toBe(true);
      }),
    );
  });
});
