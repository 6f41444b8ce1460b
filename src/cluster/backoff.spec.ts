import { describe, expect, it } from '@jest/globals';
import { Backoff } from './backoff.js';

describe('Backoff', () => {
  it.each([
    [0, [50, 100, 200, 250, 250]],
    [1, [100, 200, 400, 500, 500]],
  ])('doubles up to its cap, half of it by chance (%d)', (chance, pauses) => {
    const backoff = new Backoff({ firstMs: 100, maxMs: 500, random: () => chance });
    expect(pauses.map(() => backoff.next())).toEqual(pauses);
  });

  it('starts again after a success', () => {
    const backoff = new Backoff({ firstMs: 100, maxMs: 500, random: () => 1 });
    backoff.next();
    backoff.next();
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });
});
