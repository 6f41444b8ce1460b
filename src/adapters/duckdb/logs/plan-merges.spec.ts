import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { planMerges } from './plan-merges.js';

const DAY_NS = 86_400_000_000_000n;
const TODAY = 20_516n;
const NOW_NS = TODAY * DAY_NS + 1n;

const segment = (lines: number, hour: number, day = TODAY) => ({
  file: `${String(day)}-${String(hour)}`,
  lines,
  bytes: lines * 40,
  firstTime: day * DAY_NS + BigInt(hour) * 3_600_000_000_000n,
});
const hoursOf = (merges: ReturnType<typeof planMerges>): string[][] =>
  merges.map((merge) => merge.map(({ file }) => file.split('-')[1] ?? ''));

describe('planMerges', () => {
  it.each([
    ['three of a like size', [1, 2, 3].map((hour) => segment(5_000, hour)), []],
    ['four of a like size, by time', [3, 1, 2, 0].map((hour) => segment(5_000, hour)), [['0', '1', '2', '3']]],
    ['what is much larger', [0, 1, 2].map((hour) => segment(5_000, hour)).concat(segment(90_000, 3)), []],
    ['four of two days', [segment(5_000, 1), segment(5_000, 2), segment(5_000, 3), segment(5_000, 4, TODAY - 1n)], []],
    ['two of a day that is over', [segment(5_000, 1, TODAY - 3n), segment(90_000, 2, TODAY - 3n)], [['1', '2']]],
    ['large ones of a day that is over', [segment(400_000, 1, TODAY - 3n), segment(500_000, 2, TODAY - 3n)], []],
  ])('%s', (_, segments, expected) => {
    expect(hoursOf(planMerges(segments, NOW_NS))).toEqual(expected);
  });

  it('puts no segment into two, makes none too large, and comes to an end', () => {
    const some = fc.array(fc.tuple(fc.integer({ min: 1, max: 600_000 }), fc.nat(23), fc.nat(3)), { maxLength: 60 });
    fc.assert(
      fc.property(some, (drawn) => {
        let segments = drawn.map(([lines, hour, back], index) => ({
          ...segment(lines, hour, TODAY - BigInt(back)),
          file: String(index),
        }));
        for (let round = 0; ; round += 1) {
          const merges = planMerges(segments, NOW_NS);
          if (merges.length === 0) return;
          expect(round).toBeLessThan(20);
          const files = merges.flat().map(({ file }) => file);
          expect(new Set(files).size).toBe(files.length);
          const merged = merges.map((merge) => ({
            ...(merge[0] ?? segment(0, 0)),
            lines: merge.reduce((sum, { lines }) => sum + lines, 0),
            bytes: merge.reduce((sum, { bytes }) => sum + bytes, 0),
          }));
          for (const { lines } of merged) expect(lines).toBeLessThanOrEqual(600_000);
          segments = [...segments.filter(({ file }) => !files.includes(file)), ...merged];
        }
      }),
    );
  });
});
