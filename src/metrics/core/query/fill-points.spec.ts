import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Fill, fillPoints } from './fill-points.js';

const STEPS = [0, 10, 20, 30, 40];
const POINTS: [number, number][] = [
  [10, 1],
  [30, 3],
];

describe('a gap', () => {
  it.each<[Fill, [number, number | null][]]>([
    ['none', POINTS],
    [
      'null',
      [
        [0, null],
        [10, 1],
        [20, null],
        [30, 3],
        [40, null],
      ],
    ],
    [
      'previous',
      [
        [10, 1],
        [20, 1],
        [30, 3],
        [40, 3],
      ],
    ],
    [
      'linear',
      [
        [10, 1],
        [20, 2],
        [30, 3],
      ],
    ],
    [
      0,
      [
        [0, 0],
        [10, 1],
        [20, 0],
        [30, 3],
        [40, 0],
      ],
    ],
    [
      -1.5,
      [
        [0, -1.5],
        [10, 1],
        [20, -1.5],
        [30, 3],
        [40, -1.5],
      ],
    ],
  ])('is filled by %p', (fill, expected) => {
    expect(fillPoints(POINTS, STEPS, fill)).toEqual(expected);
  });

  it('of two steps is a straight line', () => {
    expect(
      fillPoints(
        [
          [0, 0],
          [30, 6],
        ],
        STEPS,
        'linear',
      ),
    ).toEqual([
      [0, 0],
      [10, 2],
      [20, 4],
      [30, 6],
    ]);
  });

  it('never changes what was measured', () => {
    const fill = fc.constantFrom<Fill>('none', 'null', 'previous', 'linear', 7);
    fc.assert(
      fc.property(fc.subarray(STEPS), fill, (known, how) => {
        const points = known.map((step) => [step, step * 2] as [number, number]);
        const filled = new Map(fillPoints(points, STEPS, how));
        for (const [step, value] of points) expect(filled.get(step)).toBe(value);
      }),
    );
  });
});
