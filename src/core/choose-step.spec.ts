import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { formatDuration, parseDuration } from './duration.js';
import { chooseStep, smallestStep } from './choose-step.js';

describe('the step that is chosen for a range', () => {
  it.each([
    ['1h', '60s', '1m'],
    ['1h', '10s', '20s'],
    ['15m', '5s', '5s'],
    ['6h', '60s', '2m'],
    ['1d', '60s', '5m'],
    ['7d', '60s', '1h'],
    ['30d', '60s', '3h'],
    ['400d', '60s', '2d'],
    ['1h', '45s', '45s'],
    ['1d', '45s', '15m'],
    ['1m', '1h', '1h'],
  ])('is for %s at a resolution of %s: %s', (span, resolution, expected) => {
    const step = chooseStep(parseDuration(span), parseDuration(resolution), 300);
    expect(formatDuration(step)).toBe(expected);
  });

  it('gives at most 300 points, each of whole cycles and none finer than the resolution', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4e10 }), fc.integer({ min: 5, max: 3600 }), (spanMs, resolutionSeconds) => {
        const resolutionMs = resolutionSeconds * 1000;
        const step = chooseStep(spanMs, resolutionMs, 300);
        expect(Math.ceil(spanMs / step)).toBeLessThanOrEqual(300);
        expect(step % resolutionMs).toBe(0);
        expect(step).toBeGreaterThanOrEqual(resolutionMs);
      }),
    );
  });

  it('keeps a series within the limit at the smallest step, and not a second below it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4e10 }), fc.integer({ min: 1, max: 100_000 }), (spanMs, maxPoints) => {
        const step = smallestStep(spanMs, maxPoints);
        expect(spanMs / step).toBeLessThanOrEqual(maxPoints);
        if (step > 1000) expect(spanMs / (step - 1000)).toBeGreaterThan(maxPoints);
      }),
    );
  });
});
