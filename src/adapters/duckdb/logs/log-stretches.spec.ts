import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { stretchCount, stretchSpan } from './log-stretches.js';

describe('the stretches of a segment', () => {
  it('cover its span without a gap, each instant once', () => {
    const time = fc.bigInt({ min: 0n, max: 2n ** 62n });
    fc.assert(
      fc.property(time, time, fc.integer({ min: 1, max: 600_000 }), (one, other, lines) => {
        const [firstTime, lastTime] = one < other ? [one, other] : [other, one];
        const span = { firstTime, lastTime, lines };
        const count = stretchCount(span);
        const spans = Array.from({ length: count }, (_, stretch) => stretchSpan(span, stretch));
        expect(spans[0]?.fromNs).toBe(firstTime);
        expect(spans.slice(1).every(({ fromNs }, before) => fromNs === spans[before]?.toNs)).toBe(true);
        expect(spans.at(-1)?.fromNs).toBeLessThanOrEqual(lastTime);
        expect(spans.at(-1)?.toNs).toBeGreaterThan(lastTime);
        expect(count).toBeLessThanOrEqual(Math.ceil(lines / 131_072));
      }),
    );
  });
});
