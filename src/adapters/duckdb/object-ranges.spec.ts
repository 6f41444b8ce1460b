import { describe, expect, it } from '@jest/globals';
import { cutRanges } from './object-ranges.js';

describe('cutRanges', () => {
  it.each([
    ['nothing', [], []],
    ['what fits exactly into one', [[1, 0.5], [7, 0.5]], [{ first: 1, last: 7 }]], // prettier-ignore
    ['what is a little too much into two', [[1, 0.5], [7, 0.51]], [{ first: 1, last: 1 }, { first: 7, last: 7 }]], // prettier-ignore
    ['an object that is too much by itself into one of its own', [[1, 0.1], [2, 3], [4, 0.1]], [{ first: 1, last: 1 }, { first: 2, last: 2 }, { first: 4, last: 4 }]], // prettier-ignore
  ] as const)('cuts %s', (_, objects, ranges) => {
    expect(cutRanges(objects)).toEqual(ranges);
  });
});
