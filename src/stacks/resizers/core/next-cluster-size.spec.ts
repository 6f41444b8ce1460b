import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { nextClusterSize } from './next-cluster-size.js';

/** All sizes up to and with the first that is at least `most`. */
function sizes(min: number, most: number): number[] {
  const found = [nextClusterSize(min, 0)];
  for (let last = min; last < most; found.push(last)) last = nextClusterSize(min, last + 1);
  return found;
}

describe('the sizes that a cluster is taken for', () => {
  it.each([
    [5, [5, 7, 10, 15, 22, 33, 49, 73, 109, 163, 244, 366, 549, 823, 1234, 1851, 2776, 4164, 6246]],
    [16, [16, 24, 36, 54, 81, 121, 181, 271, 406, 609, 913, 1369, 2053, 3079, 4618, 6927]],
    [100, [100, 150, 225, 337, 505, 757, 1135, 1702, 2553, 3829, 5743]],
  ])('from %i on are those of addon-resizer', (min, expected) => {
    expect(sizes(min, expected.at(-1) ?? 0)).toEqual(expected);
  });

  it('are never below n, never more than half above it, and never fall while n grows', () => {
    const anyN = fc.nat({ max: 100_000 });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 1000 }), anyN, anyN, (min, n, more) => {
        const size = nextClusterSize(min, n);
        expect(size).toBeGreaterThanOrEqual(Math.max(n, min));
        expect(size).toBeLessThanOrEqual(Math.max(min, Math.ceil(n * 1.5)));
        expect(nextClusterSize(min, n + more)).toBeGreaterThanOrEqual(size);
      }),
    );
  });
});
